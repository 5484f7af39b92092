import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes the folder that all test files of a run share for n8n's data; `globalTeardown.ts` removes it. */
export default async function globalSetup(): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'feishu-hire-exam-test-'));
	process.env.FEISHU_HIRE_EXAM_TEST_FOLDER = folder;
	return folder;
}
