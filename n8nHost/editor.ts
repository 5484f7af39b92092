import type { Locator, Page } from 'playwright-core';

import type { Owner } from './n8nApi';

const NODE = 'Feishu Hire Exam';

/** n8n's editor in a browser, used through what a user sees: the names of nodes, fields and buttons. */
export class Editor {
	/** The panel on the right that lists nodes and their actions. */
	readonly panel: Locator;
	/** The details view of the open node, with its input and output. */
	readonly form: Locator;
	readonly output: Locator;
	readonly credential: Locator;
	/** A notification in the corner. */
	readonly notification: Locator;

	constructor(
		readonly page: Page,
		private readonly url: string,
	) {
		this.panel = this.part('node-creator');
		this.form = this.part('ndv');
		this.output = this.part('output-panel');
		this.credential = this.part('editCredential-modal');
		this.notification = page.locator('.el-notification:visible');
	}

	part(testId: string): Locator {
		return this.page.locator(`[data-test-id="${testId}"]:visible`);
	}

	async signIn({ email, password }: Owner): Promise<void> {
		await this.page.goto(`${this.url}/signin`);
		await this.page.getByRole('textbox', { name: /email/i }).fill(email);
		await this.page.locator('input[type=password]').fill(password);
		await this.page.getByRole('button', { name: /sign in/i }).click();
		await this.page.waitForURL(/home/);
	}

	async openNew(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.part('canvas-plus-button').waitFor();
	}

	async open(workflowId: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${workflowId}`);
		await this.part('canvas-node').first().waitFor();
	}

	/** Deletes everything on the canvas. */
	async clear(): Promise<void> {
		if (await this.form.isVisible()) await this.close();
		if (await this.part('canvas-plus-button').isVisible()) return;
		await this.page.locator('.vue-flow__pane').click({ position: { x: 30, y: 300 } });
		await this.page.keyboard.press('ControlOrMeta+a');
		await this.page.keyboard.press('Delete');
		await this.part('canvas-plus-button').waitFor();
	}

	/** Searches the nodes panel, which it opens first if necessary. */
	async search(text: string): Promise<void> {
		if (!(await this.panel.isVisible())) {
			await this.part('canvas-plus-button')
				.or(this.part('node-creator-plus-button'))
				.first()
				.click();
		}
		const back = this.panel.locator('[data-test-id=nodes-list-header] button').first();
		if (await back.isVisible()) await back.click();
		await this.panel.locator('input').fill(text);
	}

	/** Opens the list of our node's actions, with all its categories expanded. */
	async openNode(): Promise<void> {
		await this.search(NODE);
		await this.part('node-creator-item-name').getByText(NODE, { exact: true }).click();
		const category = '[data-test-id=node-creator-category-item]';
		await this.panel.locator(category).first().waitFor();
		const collapsed = this.panel.locator(`${category}:not(:has(+ *))`);
		while ((await collapsed.count()) > 0) await collapsed.first().click();
	}

	/** Adds one of these actions to the canvas, which opens the node. */
	async add(action: string): Promise<void> {
		await this.openNode();
		await this.panel.getByText(action, { exact: true }).click();
		await this.part('node-execute-button').waitFor();
	}

	canvasNode(name: string): Locator {
		return this.page.locator(`[data-test-id=canvas-node][data-node-name="${name}"]`);
	}

	/** Closes the open node. */
	async close(): Promise<void> {
		await this.part('ndv-close-button').click();
		await this.form.waitFor({ state: 'hidden' });
	}

	/** A field of the open node or credential. */
	field(label: string): Locator {
		const name = `label span:is(:text-is("${label}"), :text-is("${label} *"))`;
		return this.page
			.locator(
				`:is([data-test-id=input-label], [data-test-id=credential-connection-parameter]):has(${name}):visible`,
			)
			.last();
	}

	async type(label: string, text: string): Promise<void> {
		await this.field(label).locator('input, textarea').last().fill(text);
	}

	async typeExpression(label: string, text: string): Promise<void> {
		// The equals sign switches the field to an expression.
		await this.type(label, '=');
		await this.field(label).locator('[contenteditable=true]').fill(text);
		await this.part('tab-params').click();
		// The form takes over what was typed a moment later, and nothing shows when.
		await this.page.waitForTimeout(500);
	}

	async choose(label: string, option: string): Promise<void> {
		await this.field(label).getByRole('combobox').first().click();
		await this.option(option).click();
	}

	async toggle(label: string): Promise<void> {
		await this.field(label).locator('.el-switch').click();
	}

	/** Chooses an entry of a list with search. */
	async chooseFromList(label: string, text: string): Promise<void> {
		await this.field(label).locator('[data-test-id=rlc-input]').click();
		await this.part('rlc-search').fill(text);
		await this.part('rlc-item').filter({ hasText: text }).click();
	}

	/** Adds a row, or one of the optional fields, with the button of this name. */
	async addField(button: string, option?: string): Promise<void> {
		if (option === undefined) return await this.form.getByRole('button', { name: button }).click();
		await this.form.getByPlaceholder(button).first().click();
		await this.option(option).click();
	}

	private option(name: string): Locator {
		return this.page
			.locator('[role=option]:visible')
			.filter({ has: this.page.locator(`:text-is("${name}")`) });
	}

	/** Clicks Execute Step and returns the notification about its result. The output is shown right after it. */
	async execute(): Promise<string> {
		await this.closeNotifications();
		await this.part('node-execute-button').click();
		// At times n8n mistakes its own saving for another user's.
		return await this.notification
			.filter({ hasNotText: 'Workflow updated elsewhere' })
			.first()
			.innerText();
	}

	async chooseCredential(name: string): Promise<void> {
		await this.part('node-credentials-select').getByRole('combobox').click();
		await this.option(name).click();
	}

	/** Opens a new credential for the open node. */
	async newCredential(): Promise<void> {
		await this.part('node-credentials-select').getByRole('combobox').click();
		await this.part('node-credentials-select-item-new').click();
		await this.part('credential-save-button').waitFor();
	}

	async publish(): Promise<void> {
		await this.part('workflow-open-publish-modal-button').click();
		await this.part('workflow-publish-button').click();
	}

	/** Closes all notifications; some disappear by themselves meanwhile. */
	async closeNotifications(): Promise<void> {
		while ((await this.notification.count()) > 0) {
			await this.notification
				.first()
				.locator('.el-notification__closeBtn')
				.click({ timeout: 2_000 })
				.catch(() => undefined);
		}
	}
}
