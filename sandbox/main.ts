import { parseArgs } from 'node:util';

import { startSandbox } from '.';

const HELP = `Starts a stand-in for the Feishu platform on this machine.

  --port <number>         default 4010
  --clock-speed <number>  default 1; 60: a minute passes in a second (expiry of tokens and links, retries of events, app tickets)
  --latency <ms>          default 0; added to each answer of the Open API
  --store                 the app is a store app, which several tenants installed
`;

function toNumber(name: string, text: string, min: number): number {
	const value = Number(text);
	if (text.trim() && value >= min && Number.isFinite(value)) return value;
	throw new Error(`--${name} must be a number of at least ${min}, not "${text}"`);
}

async function main() {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '4010' },
			'clock-speed': { type: 'string', default: '1' },
			latency: { type: 'string', default: '0' },
			store: { type: 'boolean', default: false },
			help: { type: 'boolean', short: 'h', default: false },
		},
	});
	if (values.help) {
		process.stdout.write(HELP);
		return;
	}

	const sandbox = await startSandbox({
		port: toNumber('port', values.port, 0),
		clockSpeed: toNumber('clock-speed', values['clock-speed'], 1),
		latencyMs: toNumber('latency', values.latency, 0),
		app: { appType: values.store ? 'store' : 'selfBuilt' },
	});
	for (const signal of ['SIGINT', 'SIGTERM'] as const)
		process.once(signal, () => void sandbox.close());
	const { appId, appSecret, tenantKeys, verificationToken, encryptKey } = sandbox.app;
	const fields = {
		Platform: 'Custom',
		'Base URL': sandbox.url,
		...(values.store && { 'App Type': 'Store' }),
		'App ID': appId,
		'App Secret': appSecret,
		...(values.store && { 'Tenant Key': tenantKeys.join(' or ') }),
		'Verification Token': verificationToken,
		'Encrypt Key': encryptKey,
	};
	process.stdout.write(`Feishu sandbox: ${sandbox.url}

Enter in the credential "Feishu App API":
${Object.entries(fields)
	.map(([name, value]) => `  ${name.padEnd(20)}${value}\n`)
	.join('')}
Press Ctrl-C to stop it.
`);
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
