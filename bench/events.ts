import { runMain } from '../n8nHost/progress';
import { measure } from './events/measure';
import type { Load } from './events/pushEvents';
import { startReceivers } from './events/receivers';
import { printHead, printLines } from './events/table';

/** Environment variables of n8n. */
const SETTINGS: Record<string, NodeJS.ProcessEnv> = {
	'default settings': {},
	'legacy expression engine': { N8N_EXPRESSION_ENGINE: 'legacy' },
};

const LOADS: Record<string, Load> = {
	'1 a second': { events: 20, seconds: 20 },
	'10 a second': { events: 100, seconds: 10 },
	'300 at once': { events: 300, seconds: 0 },
	'200 a second': { events: 1000, seconds: 5 },
};

/** Prints the whole table, or the lines whose load or settings contain the text given as argument. */
async function main(): Promise<void> {
	const [filter = ''] = process.argv.slice(2);
	printHead();
	for (const [settings, env] of Object.entries(SETTINGS)) {
		const loads = Object.entries(LOADS).filter(([load]) => `${load} ${settings}`.includes(filter));
		if (loads.length === 0) continue;
		const receivers = await startReceivers(env);
		try {
			for await (const { load, outcomes } of measure(receivers, loads)) {
				printLines(load, settings, outcomes);
			}
		} finally {
			await receivers.stop();
		}
	}
}

runMain(main);
