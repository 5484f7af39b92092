import { appKeyOf, type FeishuApp, type FeishuCredentials, readApp } from '../app';
import { type Clock, systemClock } from '../clock';
import { Mutex, settle, SingleFlight } from '../concurrency';
import {
	backoffDelay,
	MAX_RATE_LIMIT_RETRIES,
	MAX_RETRIES,
	MAX_TOTAL_WAIT_MS,
	MAX_WAIT_MS,
} from '../retryPolicy';
import { type Authorization, findAuthorization } from './accessToken';
import { AuthError } from './authError';
import type { CredentialState } from './credentialState';

/** An app ticket arrives within a minute or two of its request; a workflow in production waits for it. */
const MAX_TICKET_WAIT_MS = 3 * 60_000;
const TICKET_POLL_MS = 2_000;

/** How tokens of one credential are read, requested and stored. */
export interface TokenSource {
	/** Tells credentials apart. */
	credentialId: string;
	/** Whether to wait for an app ticket that was requested. */
	waitsForTicket: boolean;
	/** Reads the credential as it is now. */
	read(): Promise<FeishuCredentials>;
	/** Requests a new token from Feishu. */
	request(credentials: FeishuCredentials): Promise<CredentialState>;
	/** Stores it for other executions and processes. */
	store(credentials: FeishuCredentials, state: CredentialState): Promise<void>;
}

/**
 * Requests tokens, with retries: at any time one request per app and tenant, whose outcome is that of all who wait for
 * it.
 */
export class TokenManager {
	private readonly flights = new SingleFlight<Authorization>();

	/** The tokens of all tenants are kept in one field, so the tenants of an app take turns. */
	private readonly mutex = new Mutex();

	constructor(private readonly clock: Clock) {}

	/**
	 * Returns the app with a valid token: one that another process has stored meanwhile, or else a new one.
	 *
	 * @param rejectedToken a token that Feishu rejected
	 * @throws AuthError when no token can be obtained, after retries where they may help
	 */
	async renew(app: FeishuApp, source: TokenSource, rejectedToken?: string): Promise<Authorization> {
		const appKey = `${source.credentialId} ${appKeyOf({ ...app, tenantKey: '' })}`;
		const flightKey = `${appKey} ${app.tenantKey} ${source.waitsForTicket}`;
		return await this.flights.run(
			flightKey,
			async () =>
				await this.mutex.runExclusive(
					appKey,
					async () => await this.request(app, source, rejectedToken),
				),
		);
	}

	reset(): void {
		this.flights.reset();
		this.mutex.reset();
	}

	private async request(
		app: FeishuApp,
		source: TokenSource,
		rejectedToken?: string,
	): Promise<Authorization> {
		const begunAt = this.clock.monotonic();
		for (let attempt = 0; ; attempt += 1) {
			const credentials = { ...(await source.read()), callTenantKey: app.tenantKey };
			const known = findAuthorization(credentials, this.clock, rejectedToken);
			if (known) return known;
			const requested = await settle(async () => await source.request(credentials));
			if (!requested.error) {
				const state = requested.value;
				await source.store(credentials, state);
				const renewed = { ...credentials, ...state };
				return { app: readApp(renewed), credentials: renewed, accessToken: state.accessToken };
			}
			const wait = this.waitAfter(requested.error, attempt, source, begunAt);
			if (wait === undefined) throw requested.error;
			await this.clock.sleep(wait);
		}
	}

	/** Milliseconds until a retry; undefined when there is none. */
	private waitAfter(
		error: unknown,
		attempt: number,
		{ waitsForTicket }: TokenSource,
		begunAt: number,
	): number | undefined {
		if (!(error instanceof AuthError) || !error.isTransient) return undefined;
		const waited = this.clock.monotonic() - begunAt;
		if (error.awaitsTicket) {
			return waitsForTicket && waited < MAX_TICKET_WAIT_MS ? TICKET_POLL_MS : undefined;
		}
		if (error.retryAfterMs === undefined) {
			return attempt < MAX_RETRIES ? backoffDelay(attempt) : undefined;
		}
		const wait = error.retryAfterMs || backoffDelay(attempt);
		const isWorthIt =
			attempt < MAX_RATE_LIMIT_RETRIES && wait <= MAX_WAIT_MS && waited + wait <= MAX_TOTAL_WAIT_MS;
		return isWorthIt ? wait : undefined;
	}
}

export const tokenManager = new TokenManager(systemClock);
