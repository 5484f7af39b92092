import { defaultApp, type SandboxApp } from './app';
import { type Clock, FastClock, systemClock } from './clock';
import { AppTickets } from './events/appTickets';
import type { Delivery } from './events/delivery';
import { EventDispatcher } from './events/dispatcher';
import { LongConnections } from './events/longConnection/longConnections';
import type { LongConnectionOptions } from './events/longConnection/settings';
import { ExamSystem } from './examSystem';
import { Faults } from './openApi/faults';
import type { GatewayOptions, RecordedCall } from './openApi/gateway';
import { defaultLimits, type Limits, RateLimiter } from './openApi/rateLimiter';
import { Tokens } from './openApi/tokens';
import { Uploads } from './openApi/uploads';
import { PostClient } from './postClient';
import { RecentList } from './recentList';
import { Platform } from './tenant/platform';
import { Tenants } from './tenant/tenants';

export interface SandboxOptions {
	/** Default 0: any free port. Always on 127.0.0.1. */
	port?: number;
	/** Default: the system's. */
	clock?: Clock;
	/** Default 1; 60: a minute passes in a second, for what `FastClock` is for. */
	clockSpeed?: number;
	/** Default 0: milliseconds added to each answer of the Open API. */
	latencyMs?: number;
	app?: Partial<SandboxApp>;
	/** Default: as at Feishu. */
	longConnection?: LongConnectionOptions;
}

/** The parts of a sandbox. */
export interface Services extends GatewayOptions {
	fastClock: FastClock;
	limits: Limits;
	events: EventDispatcher;
	longConnections: LongConnections;
	platform: Platform;
	examSystem: ExamSystem;
	deliveries: RecentList<Delivery>;
}

/** Makes the parts of a sandbox and connects them. */
export function createServices(options: SandboxOptions): Services {
	const { clock = systemClock, clockSpeed = 1, latencyMs = 0 } = options;
	const app = { ...defaultApp(), ...options.app };
	const fastClock = new FastClock(clock, clockSpeed);
	const limits = defaultLimits();
	const tenants = new Tenants(app, clock);
	const deliveries = new RecentList<Delivery>();
	const longConnections = new LongConnections({ app, clock, settings: options.longConnection });
	const events = new EventDispatcher({
		app,
		clock,
		fastClock,
		deliveries,
		longConnections,
		onRequestUrlSet: () => tickets.start(),
	});
	const tickets = new AppTickets(app, fastClock, events);
	return {
		app,
		clock,
		fastClock,
		latencyMs,
		limits,
		tenants,
		deliveries,
		events,
		longConnections,
		tickets,
		rateLimiter: new RateLimiter(limits, clock),
		tokens: new Tokens(app, fastClock, 't'),
		appTokens: new Tokens(app, fastClock, 'a'),
		uploads: new Uploads(fastClock),
		calls: new RecentList<RecordedCall>(),
		faults: new Faults(),
		platform: new Platform(tenants, events),
		examSystem: new ExamSystem(tenants, new PostClient(clock), clock),
	};
}
