import { testClock } from './testClock';

// It follows the HTTP calls of the whole process.
afterAll(() => testClock.reset());
