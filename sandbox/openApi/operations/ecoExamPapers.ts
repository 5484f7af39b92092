import type { Paper } from '../../tenant/entities';
import { FeishuError } from '../codes';
import { integer, text, time } from './fields';
import type { Operation } from './operation';

const MAX_CHARACTERS = 255;

interface PapersBody {
	account_id: string;
	paper_list: Array<{
		id: string;
		name: string;
		duration?: number;
		question_count?: number;
		start_time?: string;
		end_time?: string;
	}>;
}

const papersBody: Operation['body'] = {
	type: 'object',
	required: ['account_id', 'paper_list'],
	properties: {
		account_id: text,
		paper_list: {
			type: 'array',
			items: {
				type: 'object',
				required: ['id', 'name'],
				properties: {
					id: { ...text, minLength: 1 },
					name: { ...text, minLength: 1 },
					duration: integer,
					question_count: integer,
					start_time: text,
					end_time: text,
				},
			},
		},
	},
};

/** Feishu silently truncates longer values. */
const truncate = (value: string) => [...value].slice(0, MAX_CHARACTERS).join('');

function toPaper(paper: PapersBody['paper_list'][number]): Paper {
	const startTime = time(paper.start_time);
	const endTime = time(paper.end_time);
	if (startTime && endTime && Number(startTime) >= Number(endTime)) {
		throw new FeishuError(1002002, {
			msg: 'param error: start_time must be earlier than end_time',
		});
	}
	return {
		id: truncate(paper.id),
		name: truncate(paper.name),
		duration: paper.duration,
		questionCount: paper.question_count,
		startTime,
		endTime,
	};
}

/** 创建试卷列表: https://open.feishu.cn/document/server-docs/hire-v1/ecological-docking/eco_exam_paper/create */
export const createPapers: Operation = {
	name: 'createPapers',
	path: '/eco_exam_papers',
	scopes: ['hire:exam'],
	successMsg: 'SUCCESS',
	body: papersBody,
	handle({ body }, tenant) {
		const { account_id, paper_list } = body as PapersBody;
		tenant.replacePapers(account_id, paper_list.map(toPaper));
		return {};
	},
};

/** 更新试卷列表: https://open.feishu.cn/document/server-docs/hire-v1/ecological-docking/eco_exam_paper/batch_update */
export const updatePapers: Operation = {
	name: 'updatePapers',
	method: 'PATCH',
	path: '/eco_exam_papers/batch_update',
	scopes: ['hire:exam'],
	successMsg: 'SUCCESS',
	body: papersBody,
	handle({ body }, tenant) {
		const { account_id, paper_list } = body as PapersBody;
		tenant.updatePapers(account_id, paper_list.map(toPaper));
		return {};
	},
};

/** 删除试卷列表: https://open.feishu.cn/document/server-docs/hire-v1/ecological-docking/eco_exam_paper/batch_delete */
export const deletePapers: Operation = {
	name: 'deletePapers',
	path: '/eco_exam_papers/batch_delete',
	scopes: ['hire:exam'],
	successMsg: 'SUCCESS',
	body: {
		type: 'object',
		required: ['account_id', 'paper_id_list'],
		properties: { account_id: text, paper_id_list: { type: 'array', items: text } },
	},
	handle({ body }, tenant) {
		const { account_id, paper_id_list } = body as { account_id: string; paper_id_list: string[] };
		tenant.accounts.deletePapers(account_id, paper_id_list);
		return {};
	},
};
