import { version } from 'n8n-core/package.json';

/** Whether the tests run in the engine of n8n 1.x: see `npm run test:engine`. What it does otherwise is n8n's own. */
export const isEngine1 = version.startsWith('1.');
