import { randomBytes } from 'node:crypto';

import type { SandboxApp } from '../app';
import type { Clock } from '../clock';

const LIFE_MS = 2 * 60 * 60_000;
const RENEW_BELOW_MS = 30 * 60_000;

interface IssuedToken {
	text: string;
	owner: string;
	expiresAt: number;
	/** A secret reset ends the tokens got with the former secret. */
	appSecret: string;
}

/**
 * The access tokens of one kind, `t` for tenants and `a` for the app: they live two hours; an owner gets the same one
 * while 30 minutes remain, afterwards a new one while the former lives on.
 * Source: https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
 */
export function createTokens(app: SandboxApp, clock: Clock, kind: 't' | 'a') {
	let issued: IssuedToken[] = [];
	const remaining = (token: IssuedToken, now = clock.elapsed()) =>
		token.appSecret === app.appSecret ? token.expiresAt - now : 0;

	return {
		/** The token to hand out now, with the seconds it has left. */
		issue(owner: string) {
			const now = clock.elapsed();
			issued = issued.filter((token) => remaining(token, now) > 0);
			let token = issued.find(
				(candidate) => candidate.owner === owner && remaining(candidate, now) >= RENEW_BELOW_MS,
			);
			if (!token) {
				token = {
					text: `${kind}-${randomBytes(20).toString('hex')}`,
					owner,
					expiresAt: now + LIFE_MS,
					appSecret: app.appSecret,
				};
				issued.push(token);
			}
			return { token: token.text, expire: Math.floor(remaining(token, now) / 1000) };
		},
		/** Whose token it is, while it lives. */
		ownerOf: (text: string) =>
			issued.find((token) => token.text === text && remaining(token) > 0)?.owner,
		/** Ends every token issued so far, as when Feishu revokes them. */
		revoke() {
			issued = [];
		},
	};
}

export type Tokens = ReturnType<typeof createTokens>;
