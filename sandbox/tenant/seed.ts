import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import type { Attachment, Candidate } from './entities';
import { type Job, JOBS } from './recruiting';

const MOBILE = { code: '86', number: '13800000000' };

interface SeededApplication {
	/** That of the request examples of Feishu's API pages; only the first tenant's applications have it. */
	applicationId: string;
	candidate: Candidate;
	job: Job;
}

/** The applications that each tenant has from the start. */
export const SEEDED_APPLICATIONS: SeededApplication[] = [
	{
		applicationId: '6891565253964859661',
		candidate: { name: '张三', email: 'zhangsan@example.com', mobile: MOBILE },
		job: JOBS.frontend,
	},
	{
		applicationId: '7230753910687080000',
		candidate: { name: '李四', email: 'lisi@example.com', mobile: MOBILE },
		job: JOBS.backend,
	},
	{
		applicationId: '6920544531948800269',
		candidate: { name: '王五', email: 'wangwu@example.com', mobile: MOBILE },
		job: JOBS.product,
	},
];

/** A new candidate, as far as nothing else is said. */
export const NEW_CANDIDATE: Candidate = {
	name: '赵六',
	email: 'zhaoliu@example.com',
	mobile: MOBILE,
};

/** The report that each tenant has from the start, with the id of the request examples of Feishu's API pages. */
export function seededReport(createdAt: number): Attachment {
	const text = '张三的笔试结果：60.5 / Exam result of Zhang San: 60.5\n';
	return {
		attachmentId: '6949805467799537964',
		name: '张三的笔试结果.txt',
		mime: 'text/plain; charset=utf-8',
		size: Buffer.byteLength(text),
		sha256: createHash('sha256').update(text).digest('hex'),
		open: () => Readable.from(text),
		createdAt,
	};
}
