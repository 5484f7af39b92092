import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Sandbox, SandboxOptions } from '../../sandbox';
import { startSandbox } from '../../sandbox';
import { TestClock } from './testClock';

// On a busy machine HTTP takes longer than Jest's five seconds.
/**
 * A sandbox for each test of a file; gives the one of the running test. Its time stands still: no deadline passes on a
 * slow machine. A test that moves it hands in a clock of its own.
 */
export function useSandbox(options?: SandboxOptions): () => Sandbox {
	let sandbox: Sandbox;
	beforeEach(async () => {
		sandbox = await startSandbox({ clock: new TestClock(), ...options });
	});
	afterEach(async () => {
		await sandbox.close();
	});
	return () => sandbox;
}

/** A JSON answer: what tests compare of it. */
export interface Answer {
	status: number;
	headers: Headers;
	body: {
		code: number;
		msg: string;
		data: Record<string, unknown>;
		error: {
			log_id: string;
			field_violations?: Array<{ field: string; value: string; description: string }>;
			permission_violations?: Array<{ type: string; subject: string }>;
		};
		app_access_token: string;
		tenant_access_token: string;
		expire: number;
	};
}

/** Sends a body as given (text) or as JSON, with the headers a client sends unless told otherwise. */
export async function post(
	url: string,
	body: unknown,
	headers: Record<string, string> = {},
	method: 'POST' | 'PATCH' = 'POST',
): Promise<Answer> {
	const response = await fetch(url, {
		method,
		headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});
	return {
		status: response.status,
		headers: response.headers,
		body: (await response.json()) as Answer['body'],
	};
}

/** Requests a token with the app's own credentials, or with others. */
export const requestToken = (
	{ url, app }: Sandbox,
	body: unknown = { app_id: app.appId, app_secret: app.appSecret },
) => post(`${url}/open-apis/auth/v3/tenant_access_token/internal`, body);

/** Calls a hire operation with a valid token. */
export async function callHire(
	sandbox: Sandbox,
	path: string,
	body: unknown,
	headers: Record<string, string> = {},
	method: 'POST' | 'PATCH' = 'POST',
) {
	const { body: token } = await requestToken(sandbox);
	return post(
		`${sandbox.url}/open-apis/hire/v1${path}`,
		body,
		{ Authorization: `Bearer ${token.tenant_access_token}`, ...headers },
		method,
	);
}

export const PAPER = { id: 'paper-1', name: '春季测评' };

/** An exam of 张三, arranged with a fresh account that has one paper. */
export async function arrangeExam(sandbox: Sandbox) {
	const { accountId } = sandbox.bindAccount();
	await callHire(sandbox, '/eco_exam_papers', { account_id: accountId, paper_list: [PAPER] });
	return sandbox.arrangeExam({ accountId, paperId: PAPER.id });
}

export interface Received {
	headers: IncomingHttpHeaders;
	rawBody: string;
}

/** An HTTP server on a free port; its `url` has the path `/webhook`. */
export async function serve(listener: RequestListener) {
	const server = createServer(listener);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`,
		close: () =>
			new Promise<void>((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

/** An HTTP server that keeps what it receives and answers what `answer` gives; undefined: no answer. */
export async function startReceiver(
	answer: (received: Received) => { status: number; body: string } | undefined,
) {
	const received: Received[] = [];
	const server = await serve((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const one = { headers: request.headers, rawBody: Buffer.concat(chunks).toString() };
			received.push(one);
			const reply = answer(one);
			if (reply) response.writeHead(reply.status).end(reply.body);
		});
	});
	return { ...server, received };
}
