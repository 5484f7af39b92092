/** Packages that come as ES modules only, which Jest cannot load as they are. */
const esModules = ['content-disposition'];

/** Where the engine comes from when the tests run with another n8n than the one in `devDependencies`. */
const engine = process.env.FEISHU_HIRE_EXAM_ENGINE;

/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
	// Only a test that hangs meets it: none may depend on how fast the machine is.
	testTimeout: 60_000,
	maxWorkers: '100%',
	globalSetup: '<rootDir>/test/support/globalSetup.ts',
	globalTeardown: '<rootDir>/test/support/globalTeardown.ts',
	setupFiles: ['<rootDir>/test/support/environment.ts'],
	setupFilesAfterEnv: ['<rootDir>/test/support/afterTests.ts'],
	// Written with .js, so that no loader takes `X.node` for the codex file beside it.
	moduleNameMapper: { '^(\\.{1,2}/.*\\.(node|credentials))\\.js$': '$1' },
	resolver: engine && '<rootDir>/test/support/engineResolver.js',
	transform: { '\\.[jt]s$': '@swc/jest' },
	transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})/)`],
};
