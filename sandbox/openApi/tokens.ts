import { randomBytes } from 'node:crypto';

import type { SandboxApp } from '../app';
import type { FastClock } from '../clock';

const LIFETIME_MS = 2 * 60 * 60_000;
const RENEW_BELOW_MS = 30 * 60_000;

/** More than owners have tokens; the oldest are dropped first. */
const TOKENS_KEPT = 1_000;

interface IssuedToken {
	text: string;
	owner: string;
	expiresAt: number;
	/** A reset of the secret ends the tokens that were issued for the former one. */
	appSecret: string;
}

/**
 * The access tokens of one kind, `t` for tenants and `a` for the app: they live two hours; an owner gets the same one
 * while 30 minutes remain, afterwards a new one while the former lives on.
 * Source: https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
 */
export class Tokens {
	private issued: IssuedToken[] = [];

	constructor(
		private readonly app: SandboxApp,
		private readonly clock: FastClock,
		private readonly kind: 't' | 'a',
	) {}

	/** The current token of an owner, and the seconds until it expires. */
	issue(owner: string): { token: string; expire: number } {
		this.issued = this.issued.filter((token) => this.remaining(token) > 0);
		const token =
			this.issued.find(
				(known) => known.owner === owner && this.remaining(known) >= RENEW_BELOW_MS,
			) ?? this.create(owner);
		return { token: token.text, expire: Math.floor(this.remaining(token) / 1000) };
	}

	/** The owner of a token that is still valid. */
	ownerOf(text: string): string | undefined {
		return this.issued.find((token) => token.text === text && this.remaining(token) > 0)?.owner;
	}

	/** Ends every token issued so far, as when Feishu revokes them. */
	revoke(): void {
		this.issued = [];
	}

	private create(owner: string): IssuedToken {
		const token = {
			text: `${this.kind}-${randomBytes(20).toString('hex')}`,
			owner,
			expiresAt: this.clock.elapsed() + LIFETIME_MS,
			appSecret: this.app.appSecret,
		};
		this.issued = [...this.issued, token].slice(-TOKENS_KEPT);
		return token;
	}

	private remaining({ appSecret, expiresAt }: IssuedToken): number {
		return appSecret === this.app.appSecret ? expiresAt - this.clock.elapsed() : 0;
	}
}
