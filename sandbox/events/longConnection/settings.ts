/** What the platform tells its clients about pings and reconnecting, by Feishu's names; in seconds, but for the count. */
export interface ClientConfig {
	/** How many times a client tries to reconnect; -1: without end. */
	ReconnectCount: number;
	ReconnectInterval: number;
	/** A client waits a random part of it before it reconnects. */
	ReconnectNonce: number;
	PingInterval: number;
}

export interface LongConnectionSettings {
	/** Goes out with each discovery and each pong. */
	clientConfig: ClientConfig;
	/** How many clients of the app may be connected at a time. */
	connectionLimit: number;
	/** An event of more bytes is split into several frames. */
	maxPayloadBytes: number;
}

/** Settings of which some are left at their defaults. */
export type LongConnectionOptions = Partial<Omit<LongConnectionSettings, 'clientConfig'>> & {
	clientConfig?: Partial<ClientConfig>;
};

/**
 * Settings with the defaults of a sandbox. The limit is documented at
 * https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/request-url-configuration-case,
 * the intervals are those that Feishu was seen to give; where it splits events is not known.
 */
export const createSettings = ({
	clientConfig,
	...others
}: LongConnectionOptions = {}): LongConnectionSettings => ({
	clientConfig: {
		ReconnectCount: -1,
		ReconnectInterval: 120,
		ReconnectNonce: 30,
		PingInterval: 120,
		...clientConfig,
	},
	connectionLimit: 50,
	maxPayloadBytes: 128 * 1024,
	...others,
});
