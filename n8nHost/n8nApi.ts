/** A call that n8n answered with an error. */
export class N8nRefused extends Error {
	constructor(
		call: string,
		readonly status: number,
		answer: string,
	) {
		super(`n8n answered ${call} with ${status}: ${answer}`);
	}
}

export interface Login {
	email: string;
	password: string;
}

/** n8n's own REST API, as its editor uses it, for one logged-in user. */
export class N8nApi {
	private cookie = '';

	constructor(readonly url: string) {}

	/** What a request needs to count as the user's. */
	get headers(): Record<string, string> {
		return { cookie: this.cookie };
	}

	/** Creates the owner account on the first start and logs in. */
	async enter({ email, password }: Login): Promise<void> {
		const { userManagement } = await this.get<{
			userManagement: { showSetupOnFirstLoad?: boolean };
		}>('/settings');
		if (userManagement.showSetupOnFirstLoad) {
			await this.post('/owner/setup', { email, password, firstName: 'Demo', lastName: 'Owner' });
		} else {
			await this.post('/login', { emailOrLdapLoginId: email, password }).catch(explainLogin);
		}
	}

	async get<T>(path: string): Promise<T> {
		return await this.call<T>('GET', path);
	}

	async post<T>(path: string, body: object): Promise<T> {
		return await this.call<T>('POST', path, body);
	}

	async patch<T>(path: string, body: object): Promise<T> {
		return await this.call<T>('PATCH', path, body);
	}

	private async call<T>(method: string, path: string, body?: object): Promise<T> {
		const response = await fetch(`${this.url}/rest${path}`, {
			method,
			headers: { ...this.headers, 'content-type': 'application/json' },
			body: body && JSON.stringify(body),
		});
		const text = await response.text();
		if (!response.ok) throw new N8nRefused(`${method} ${path}`, response.status, text);
		const [cookie] = response.headers.getSetCookie().filter((line) => line.startsWith('n8n-auth='));
		if (cookie) this.cookie = cookie.slice(0, cookie.indexOf(';'));
		return (JSON.parse(text) as { data: T }).data;
	}
}

function explainLogin(error: unknown): never {
	if (error instanceof N8nRefused && error.status === 401) {
		throw new Error(
			"The demo's login was changed in n8n. Set it back, or delete demo/data to begin anew.",
		);
	}
	throw error;
}
