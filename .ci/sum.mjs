// Adds up what the runs in .ci/run reported. A run without a report counts as one failure.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
const read = (file) =>
	existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '';

function jest(file) {
	const report = read(file);
	if (!report) return { passed: 0, failed: 1 };
	const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(report);
	return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
}

function lint(file) {
	const [, passed, failed] = /^Lint: (\d+) passed, (\d+) failed$/m.exec(read(file)) ?? [null, 0, 1];
	return { passed: Number(passed), failed: Number(failed) };
}

const soak = (file) =>
	/^\d+ events, lost: 0, run twice: 0$/m.test(read(file))
		? { passed: 1, failed: 0 }
		: { passed: 0, failed: 1 };

const runs = {
	'npm run lint': lint('lint.txt'),
	'npm test': jest('unit.json'),
	'npm run test:engine -- --n8n 1.123': jest('engine.json'),
	'npm run test:smoke -- --n8n 1.123': jest('smoke.json'),
	'npm run soak -- --minutes 5': soak('soak.txt'),
	'npm run test:e2e': jest('e2e.json'),
};
const total = { passed: 0, failed: 0 };
for (const [name, { passed, failed }] of Object.entries(runs)) {
	console.log(`${name}: ${passed} passed, ${failed} failed`);
	total.passed += passed;
	total.failed += failed;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
