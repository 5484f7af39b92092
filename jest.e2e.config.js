const unit = require('./jest.config');

/** @type {import('jest').Config} */
module.exports = {
	...unit,
	testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/'],
	// The first run installs n8n.
	testTimeout: 30 * 60_000,
	maxWorkers: 1,
};
