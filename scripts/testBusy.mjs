// Runs `npm test` five times with three busy processes beside it: no test may depend on how fast the machine is.
// Arguments go to Jest, such as the path of one file.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { npm } from './npm.mjs';

const RUNS = 5;
const BUSY_PROCESSES = 3;
const busyLoop = fileURLToPath(new URL('busyLoop.mjs', import.meta.url));

const busyProcesses = Array.from({ length: BUSY_PROCESSES }, () => fork(busyLoop));
try {
	const results = [];
	for (let run = 1; run <= RUNS; run++) {
		console.log(`\nRun ${run} of ${RUNS}, beside ${BUSY_PROCESSES} busy processes`);
		const begun = performance.now();
		const { ok } = npm(['test', '--', ...process.argv.slice(2)], { show: true });
		results.push({ ok, seconds: Math.round((performance.now() - begun) / 1000) });
	}
	const passed = results.filter(({ ok }) => ok).length;
	const times = results.map(({ seconds }) => `${seconds} s`).join(', ');
	console.log(`\nBusy: ${passed} of ${RUNS} runs passed (${times})`);
	process.exitCode = passed === RUNS ? 0 : 1;
} finally {
	for (const busyProcess of busyProcesses) busyProcess.kill();
}
