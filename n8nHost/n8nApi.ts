/** An error response of n8n. */
export class N8nApiError extends Error {
	constructor(
		call: string,
		readonly status: number,
		body: string,
	) {
		super(`n8n answered ${call} with ${status}: ${body}`);
	}
}

/** n8n's owner account. */
export interface Owner {
	email: string;
	password: string;
}

/** n8n's internal REST API, as its editor uses it, for one signed-in user. */
export class N8nApi {
	private cookie = '';

	/** The version of n8n, known once the owner has signed in. */
	version = '';

	constructor(readonly url: string) {}

	/** What authenticates a request as the user's. */
	get headers(): Record<string, string> {
		return { cookie: this.cookie };
	}

	/** Signs the owner in. On the first start of an n8n, creates the owner account. */
	async signIn({ email, password }: Owner): Promise<void> {
		const { userManagement } = await this.get<{
			userManagement: { showSetupOnFirstLoad?: boolean };
		}>('/settings');
		if (userManagement.showSetupOnFirstLoad) {
			await this.post('/owner/setup', { email, password, firstName: 'Demo', lastName: 'Owner' });
		} else {
			await this.post('/login', { emailOrLdapLoginId: email, password }).catch(explainSignIn);
		}
		this.version = (await this.get<{ versionCli: string }>('/settings')).versionCli;
	}

	/** Whether this is n8n 1.x, which activates workflows where newer n8n publishes them. */
	get isVersion1(): boolean {
		return this.version.startsWith('1.');
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

	async delete(path: string): Promise<void> {
		await this.call('DELETE', path);
	}

	private async call<T>(method: string, path: string, body?: object): Promise<T> {
		const response = await fetch(`${this.url}/rest${path}`, {
			method,
			headers: { ...this.headers, 'content-type': 'application/json' },
			body: body && JSON.stringify(body),
		});
		const text = await response.text();
		if (!response.ok) throw new N8nApiError(`${method} ${path}`, response.status, text);
		const [cookie] = response.headers.getSetCookie().filter((line) => line.startsWith('n8n-auth='));
		if (cookie) this.cookie = cookie.slice(0, cookie.indexOf(';'));
		return (JSON.parse(text) as { data: T }).data;
	}
}

function explainSignIn(error: unknown): never {
	if (error instanceof N8nApiError && error.status === 401) {
		throw new Error(
			"The password of the demo's owner was changed in n8n. Change it back, or delete demo/data to start over.",
		);
	}
	throw error;
}
