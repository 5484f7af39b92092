import type { Sandbox } from '../../sandbox';

const MINUTE = 60_000;

/** Faults that a workflow gets over by itself, one a minute. */
const FAULTS: Array<(sandbox: Sandbox) => void> = [
	({ faults }) => faults.add({ kind: 'errorBefore', times: 2 }),
	({ longConnection }) => longConnection.drop(),
	({ faults }) => faults.add({ kind: 'resetBefore' }),
	({ faults }) => faults.add({ kind: 'rateLimited', resetSeconds: 2 }),
	({ faults }) => faults.add({ kind: 'errorAfter', path: 'login_info' }),
	({ longConnection }) => longConnection.sendGarbage(),
	({ faults }) => faults.add({ kind: 'slow', times: 5, delayMs: 3_000 }),
	({ faults }) => faults.add({ kind: 'html' }),
	({ longConnection }) => {
		longConnection.faults.add({ kind: 'handshakeRefused' });
		longConnection.drop();
	},
	({ faults }) => faults.add({ kind: 'truncated', path: 'login_info' }),
];

/** Ends all tokens every five minutes, and makes something fail every minute. Returns a function that stops it. */
export function disturb(sandbox: Sandbox): () => void {
	let minutes = 0;
	const timer = setInterval(() => {
		FAULTS[minutes % FAULTS.length]?.(sandbox);
		minutes += 1;
		if (minutes % 5 === 0) sandbox.revokeTokens();
	}, MINUTE);
	return () => clearInterval(timer);
}
