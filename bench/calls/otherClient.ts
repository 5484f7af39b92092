import { once } from 'node:events';

import type { SandboxApp } from '../../sandbox';
import { startChildProcess } from '../childProcess';

/** By which the sandbox process knows its calls. */
export const OTHER_CLIENT = 'other-client';

interface Options {
	url: string;
	app: Pick<SandboxApp, 'appId' | 'appSecret'>;
	callsPerSecond: number;
}

/**
 * Starts another client of the same app, in a process of its own: it returns results at an even pace and never repeats
 * a call. Resolves once it has begun, with a function that stops it.
 */
export async function startOtherClient(options: Options): Promise<() => void> {
	const child = startChildProcess(__filename);
	await child.ask(options);
	return child.stop;
}

async function serve(): Promise<void> {
	process.once('disconnect', () => process.exit());
	const [{ url, app, callsPerSecond }] = (await once(process, 'message')) as [Options];
	const post = async (path: string, body: object, token?: string) => {
		const response = await fetch(`${url}/open-apis${path}`, {
			method: 'POST',
			headers: {
				'Content-Type': 'application/json',
				'User-Agent': OTHER_CLIENT,
				...(token && { Authorization: `Bearer ${token}` }),
			},
			body: JSON.stringify(body),
		});
		return (await response.json()) as { tenant_access_token: string };
	};
	const { tenant_access_token: token } = await post('/auth/v3/tenant_access_token/internal', {
		app_id: app.appId,
		app_secret: app.appSecret,
	});
	// No such exam: the calls count toward the limit, and the exams of the node's work stay as they are.
	const path = `/hire/v1/eco_exams/${OTHER_CLIENT}/update_result`;
	setInterval(() => void post(path, { result: '60.5' }, token), 1000 / callsPerSecond);
	process.send?.('started');
}

if (require.main === module) void serve();
