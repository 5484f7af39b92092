import type { IDataObject, NodeError } from 'n8n-workflow';

import type { Sandbox } from '../../sandbox';

/** Checks all that a log, the editor or an error workflow could get to see of an error. */
export function expectNoSecrets(
	{ app, calls }: Sandbox,
	error: NodeError | undefined,
	...others: string[]
): void {
	const everything = JSON.stringify([
		error,
		error?.message,
		error?.description,
		error?.context,
		error?.messages,
		error?.stack,
	]);
	const tokens = calls
		.map(({ answer }) => (answer as IDataObject | null)?.tenant_access_token)
		.filter((token) => typeof token === 'string');
	for (const secret of [
		app.appSecret,
		app.encryptKey,
		app.verificationToken,
		...tokens,
		...others,
	]) {
		expect(everything).not.toContain(secret);
	}
}
