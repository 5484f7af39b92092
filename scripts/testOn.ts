/**
 * Runs tests on an n8n other than that of the demo: `npm run test:engine -- --n8n 1.123`, or `test:smoke`. `--n8n all`
 * takes one n8n after the other. What else is given goes to Jest.
 */
import { chosenHost, ensureHost, hostNames } from '../n8nHost/host';
import { print, runMain } from '../n8nHost/progress';
import { KINDS, passOn } from './hostTests';

const isKind = (name: string): name is keyof typeof KINDS => Object.hasOwn(KINDS, name);

async function main(): Promise<void> {
	const [kind = '', ...args] = process.argv.slice(2);
	if (!isKind(kind))
		throw new Error(`There are tests of these kinds: ${Object.keys(KINDS).join()}`);
	const option = args.indexOf('--n8n');
	const [, name = chosenHost()] = option < 0 ? [] : args.splice(option, 2);
	const failed: string[] = [];
	for (const one of name === 'all' ? await hostNames() : [name]) {
		const host = await ensureHost(one);
		print(`Tests on n8n ${host.version}`);
		if (!(await passOn(kind, host, args))) failed.push(one);
	}
	if (failed.length > 0) throw new Error(`Tests failed on n8n ${failed.join(', ')}`);
}

runMain(main, (error) => console.error(error instanceof Error ? error.message : error));
