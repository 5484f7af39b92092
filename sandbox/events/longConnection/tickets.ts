import { randomBytes, randomUUID } from 'node:crypto';

import { newId } from '../../ids';

/** How many unused tickets are valid; older ones no longer are. */
const MAX_UNUSED = 1_000;

/** What a client shows in the handshake: parameters of the URL that discovery gave it. */
export interface Ticket {
	device_id: string;
	access_key: string;
	ticket: string;
}

/** The tickets of the long connection. Each opens one connection. */
export class ConnectionTickets {
	private unused: Ticket[] = [];

	issue(): Ticket {
		const ticket = {
			device_id: newId(),
			access_key: randomBytes(16).toString('hex'),
			ticket: randomUUID(),
		};
		this.unused = [...this.unused, ticket].slice(-MAX_UNUSED);
		return ticket;
	}

	/** Whether these parameters are those of an unused ticket, which is used up then. */
	redeem(parameters: URLSearchParams): Ticket | undefined {
		const found = this.unused.find((known) =>
			Object.entries(known).every(([name, value]) => parameters.get(name) === value),
		);
		this.unused = this.unused.filter((known) => known !== found);
		return found;
	}
}
