/** Packages that come as ES modules only, which Jest cannot load as they are. */
const esModules = ['content-disposition'];

/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
	setupFiles: ['<rootDir>/test/support/environment.ts'],
	transform: { '\\.[jt]s$': '@swc/jest' },
	transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})/)`],
};
