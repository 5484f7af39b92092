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
		const flightKey = [appKey, app.tenantKey, source.waitsForTicket, rejectedToken].join(' ');
		const attempt = async () => await this.request(app, source, rejectedToken);
		return await this.flights.run(
			flightKey,
			async () =>
				await this.retry(source, async () => await this.mutex.runExclusive(appKey, attempt)),
		);
	}

	reset(): void {
		this.flights.reset();
		this.mutex.reset();
	}

	/** Makes attempts until one succeeds, or another is not worth it. Between them no other call of the app waits. */
	private async retry<T>(source: TokenSource, attempt: () => Promise<T>): Promise<T> {
		const begunAt = this.clock.monotonic();
		let retries = 0;
		for (;;) {
			const outcome = await settle(attempt);
			if (!outcome.error) return outcome.value;
			const { error } = outcome;
			if (!(error instanceof AuthError)) throw error;
			const waited = this.clock.monotonic() - begunAt;
			const wait = waitAfter(error, source, retries, waited);
			if (wait === undefined) throw error;
			if (!error.awaitsTicket) retries += 1;
			await this.clock.sleep(wait);
		}
	}

	private async request(
		app: FeishuApp,
		source: TokenSource,
		rejectedToken?: string,
	): Promise<Authorization> {
		const credentials = { ...(await source.read()), callTenantKey: app.tenantKey };
		const known = findAuthorization(credentials, this.clock, rejectedToken);
		if (known) return known;
		const state = await source.request(credentials);
		await source.store(credentials, state);
		const renewed = { ...credentials, ...state };
		return { app: readApp(renewed), credentials: renewed, accessToken: state.accessToken };
	}
}

/** Milliseconds until the request is worth repeating; undefined when it is not. */
function waitAfter(
	{ isTransient, awaitsTicket, retryAfterMs }: AuthError,
	{ waitsForTicket }: TokenSource,
	retries: number,
	waited: number,
): number | undefined {
	if (!isTransient) return undefined;
	if (awaitsTicket) {
		return waitsForTicket && waited < MAX_TICKET_WAIT_MS ? TICKET_POLL_MS : undefined;
	}
	if (retryAfterMs === undefined) return retries < MAX_RETRIES ? backoffDelay(retries) : undefined;
	const wait = retryAfterMs || backoffDelay(retries);
	const isWorthIt =
		retries < MAX_RATE_LIMIT_RETRIES && wait <= MAX_WAIT_MS && waited + wait <= MAX_TOTAL_WAIT_MS;
	return isWorthIt ? wait : undefined;
}

export const tokenManager = new TokenManager(systemClock);
