import { parseArgs } from 'node:util';

import { startSandbox } from '.';

const HELP = `Starts a stand-in for the Feishu platform on this machine.

  --port <number>         default 4010
  --clock-speed <number>  default 1; 60: a minute passes in a second (expiry of tokens, retries of events)
  --latency <ms>          default 0; added to each answer of the Open API
`;

function toNumber(name: string, text: string, min: number): number {
	const value = Number(text);
	if (text.trim() && value >= min && Number.isFinite(value)) return value;
	throw new Error(`--${name} wants a number from ${min} on, not "${text}"`);
}

async function main() {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '4010' },
			'clock-speed': { type: 'string', default: '1' },
			latency: { type: 'string', default: '0' },
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
	});
	const { appId, appSecret, verificationToken, encryptKey } = sandbox.app;
	process.stdout.write(`Feishu sandbox: ${sandbox.url}

Enter in the credential "Feishu App API":
  Platform            Custom
  Base URL            ${sandbox.url}
  App ID              ${appId}
  App Secret          ${appSecret}
  Verification Token  ${verificationToken}
  Encrypt Key         ${encryptKey}

Ctrl-C ends it.
`);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
