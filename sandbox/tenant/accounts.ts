import type { Clock } from '../clock';
import { newId } from '../ids';
import { FeishuError } from '../openApi/codes';
import { RefusedError } from '../reasons';
import { CustomFields } from './customFields';
import { type Account, ACCOUNT_SCOPE, type AccountInput, type Paper } from './entities';

/** The accounts that a tenant has with exam providers, and their papers. */
export class Accounts {
	readonly list: Account[] = [];

	/** By the scope of the accounts that have them. */
	readonly customFields = {
		[ACCOUNT_SCOPE.backgroundCheck]: new CustomFields(),
		[ACCOUNT_SCOPE.exam]: new CustomFields(),
	};

	constructor(
		private readonly tenantKey: string,
		private readonly clock: Clock,
	) {}

	/** The customer adds an account and fills in its custom fields. */
	bind(input: AccountInput = {}): Account {
		const scope = input.scope ?? ACCOUNT_SCOPE.exam;
		const account: Account = {
			tenantKey: this.tenantKey,
			accountId: input.accountId ?? newId(),
			accountName: input.accountName || `Example account ${this.list.length + 1}`,
			scope,
			usageList: input.usageList ?? [1, 2],
			customFieldList:
				input.customFieldList ??
				this.customFields[scope].list.map(({ key }) => ({ key, value: `example ${key}` })),
			status: 'inactive',
			papers: [],
			createdAt: this.clock.now(),
			isEventPushed: false,
		};
		this.list.push(account);
		return account;
	}

	/** The paper that a recruiter chooses for an exam. */
	paperFor(accountId: string, paperId: string): Paper {
		const account = this.find(accountId);
		if (!account) throw new RefusedError('accountNotFound', { accountId });
		if (account.scope !== ACCOUNT_SCOPE.exam)
			throw new RefusedError('accountNotForExams', { accountId });
		const paper = account.papers.find(({ id }) => id === paperId);
		if (!paper) throw new RefusedError('paperNotFound', { accountId, paperId });
		return paper;
	}

	/** 创建试卷列表: replaces all papers of an account, which makes the account active. */
	replacePapers(accountId: string, papers: Paper[]): void {
		const account = this.get(accountId);
		account.papers = papers;
		if (papers.length > 0) account.status = 'active';
	}

	/** 更新试卷列表: overwrites papers that exist. Feishu does not say how it refuses others. */
	updatePapers(accountId: string, papers: Paper[]): void {
		const account = this.get(accountId);
		const known = new Set(account.papers.map(({ id }) => id));
		const unknown = papers.find(({ id }) => !known.has(id));
		if (unknown)
			throw new FeishuError(1002002, { msg: `param error: there is no paper ${unknown.id}` });
		const updates = new Map(papers.map((paper) => [paper.id, paper]));
		account.papers = account.papers.map((paper) => updates.get(paper.id) ?? paper);
	}

	/** 删除试卷列表: unknown papers are no error, and arranged exams are unaffected. */
	deletePapers(accountId: string, paperIds: string[]): void {
		const account = this.get(accountId);
		account.papers = account.papers.filter(({ id }) => !paperIds.includes(id));
	}

	private find(accountId: string): Account | undefined {
		return this.list.find((account) => account.accountId === accountId);
	}

	private get(accountId: string): Account {
		const account = this.find(accountId);
		if (!account) throw new FeishuError(1002002);
		return account;
	}
}
