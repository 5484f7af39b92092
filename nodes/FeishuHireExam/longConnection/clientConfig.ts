import { isJsonObject } from '../events/envelope';

/** How Feishu wants clients of the long connection to behave, in milliseconds. */
export interface ClientConfig {
	/** The longest pause between two attempts to connect. */
	reconnectIntervalMs: number;
	/** Clients come back within this time after the server has closed their connections, each at a random moment. */
	reconnectNonceMs: number;
	pingIntervalMs: number;
}

const SECOND_MS = 1_000;

/** What the SDKs do before they are told. */
export const DEFAULT_CONFIG: ClientConfig = {
	reconnectIntervalMs: 120 * SECOND_MS,
	reconnectNonceMs: 30 * SECOND_MS,
	pingIntervalMs: 120 * SECOND_MS,
};

const MAX_SECONDS = 3_600;

const milliseconds = (value: unknown, minSeconds: number): number | undefined =>
	typeof value === 'number' && value >= minSeconds && value <= MAX_SECONDS
		? value * SECOND_MS
		: undefined;

/**
 * Reads the `ClientConfig` that comes with the URL and with pongs, in seconds. A value that is missing, or that no client
 * could work with, stays as in `current`.
 */
export function readConfig(value: unknown, current: ClientConfig): ClientConfig {
	const config = isJsonObject(value) ? value : {};
	return {
		reconnectIntervalMs: milliseconds(config.ReconnectInterval, 1) ?? current.reconnectIntervalMs,
		reconnectNonceMs: milliseconds(config.ReconnectNonce, 0) ?? current.reconnectNonceMs,
		pingIntervalMs: milliseconds(config.PingInterval, 1) ?? current.pingIntervalMs,
	};
}
