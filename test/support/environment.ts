import { mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

import { testClock } from './testClock';

// n8n-core reads these when it is loaded; without them it would write into the home folder.
process.env.N8N_USER_FOLDER = mkdtempSync(
	join(process.env.FEISHU_HIRE_EXAM_TEST_FOLDER ?? tmpdir(), 'n8n-'),
);
process.env.N8N_ENCRYPTION_KEY = 'engine-test';
process.env.N8N_DIAGNOSTICS_ENABLED = 'false';
process.env.N8N_LOG_LEVEL = 'silent';
// The default of 2.0 and later.
process.env.N8N_DEFAULT_BINARY_DATA_MODE = 'filesystem';

// No test of the nodes waits in real time.
jest.doMock('../../nodes/FeishuHireExam/transport/clock', () => ({ systemClock: testClock }));
testClock.runFreely();
