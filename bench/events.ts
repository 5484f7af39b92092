import { print, runMain } from '../n8nHost/progress';
import { measure } from './events/measure';
import { type BenchedN8n, startOneProcess, startQueueMode } from './events/n8n';
import type { Load } from './events/pushEvents';
import { startReceivers } from './events/receivers';
import { printHead, printLines } from './events/table';

const SETTINGS: Record<string, () => Promise<BenchedN8n>> = {
	'default settings': async () => await startOneProcess({}),
	'queue mode': async () => await startQueueMode({}),
	// Shows what this trigger adds to n8n's own work. Not advice: n8n calls that engine insecure, and will remove it.
	'legacy expression engine': async () =>
		await startOneProcess({ N8N_EXPRESSION_ENGINE: 'legacy' }),
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
	for (const [settings, start] of Object.entries(SETTINGS)) {
		const loads = Object.entries(LOADS).filter(([load]) => `${load} ${settings}`.includes(filter));
		if (loads.length === 0) continue;
		const n8n = await start();
		try {
			const receivers = await startReceivers(n8n);
			for await (const { load, outcomes } of measure(receivers, loads)) {
				printLines(load, settings, outcomes);
			}
			print(`\nMemory (MB), ${settings}: ${JSON.stringify(await n8n.memory())}\n`);
		} finally {
			await n8n.stop();
		}
	}
}

runMain(main);
