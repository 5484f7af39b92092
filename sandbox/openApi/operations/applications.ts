import type { Application } from '../../tenant/entities';
import { PROCESS_ID } from '../../tenant/recruiting';
import { FeishuError } from '../codes';
import { integer, text, time } from './fields';
import { type Operation, type Request, userIdType } from './operation';

const SCOPES = ['hire:application:readonly', 'hire:application'];

const OWNER = 'ou_ce913028fe74123221f5dc320bb9c709';

/** Newest change first, as the page's example suggests: its `page_token` is time and ID of an older application. */
const byUpdate = (a: Application, b: Application) =>
	b.updatedAt - a.updatedAt || (a.applicationId < b.applicationId ? 1 : -1);

/** The applications from the one of the page token on, or those after its former position. */
function fromToken(applications: Application[], token: string): Application[] {
	const [, updatedAt, id = ''] = /^(\d+)_(\d+)$/.exec(token) ?? [];
	if (!updatedAt) throw new FeishuError(1002002, { msg: 'param error: invalid page_token' });
	return applications.filter(
		(application) =>
			application.updatedAt < Number(updatedAt) ||
			(application.updatedAt === Number(updatedAt) && application.applicationId <= id),
	);
}

function matchesQuery(application: Application, { query }: Request): boolean {
	const { process_id, stage_id, talent_id, job_id, active_status, lock_status } = query;
	const min = Number(time(query.update_start_time as string) ?? 0);
	const max = Number(time(query.update_end_time as string) ?? Infinity);
	const filters = [
		[process_id, PROCESS_ID],
		[stage_id, application.stage.id],
		[talent_id, application.talentId],
		[job_id, application.job.id],
		[active_status === '3' ? '' : active_status, String(application.activeStatus)],
	] as const;
	return (
		filters.every(([filter, value]) => !filter || filter === value) &&
		(!Array.isArray(lock_status) || lock_status.includes(application.lockStatus)) &&
		application.updatedAt >= min &&
		application.updatedAt <= max
	);
}

/** 获取投递列表, IDs only: https://open.feishu.cn/document/ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/application/list */
export const listApplications: Operation = {
	name: 'listApplications',
	method: 'GET',
	path: '/applications',
	scopes: SCOPES,
	successMsg: 'ok',
	query: {
		type: 'object',
		properties: {
			process_id: text,
			stage_id: text,
			talent_id: text,
			job_id: text,
			active_status: { type: 'string', enum: ['1', '2', '3'] },
			lock_status: { type: 'array', items: { type: 'integer', enum: [1, 2, 3] } },
			page_token: text,
			// The page documents the maximum only.
			page_size: { ...integer, minimum: 1, maximum: 200 },
			update_start_time: text,
			update_end_time: text,
		},
	},
	handle(request, tenant) {
		const { page_token, page_size = 10 } = request.query;
		const found = tenant.applications.list
			.filter((application) => matchesQuery(application, request))
			.sort(byUpdate);
		const left = page_token ? fromToken(found, String(page_token)) : found;
		const next = left[Number(page_size)];
		return {
			items: left.slice(0, Number(page_size)).map(({ applicationId }) => applicationId),
			has_more: next !== undefined,
			...(next && { page_token: `${next.updatedAt}_${next.applicationId}` }),
		};
	},
};

const basicInfo = (application: Application) => ({
	id: application.applicationId,
	job_id: application.job.id,
	talent_id: application.talentId,
	stage: application.stage,
	active_status: application.activeStatus,
	delivery_type: 2,
	stage_time_list: [{ stage_id: application.stage.id, enter_time: String(application.createdAt) }],
	onboard_status: 1,
	owner_id: OWNER,
	create_time: String(application.createdAt),
	modify_time: String(application.updatedAt),
});

const talent = ({ talentId, candidate }: Application) => ({
	id: talentId,
	name: candidate.name,
	mobile_code: `+${candidate.mobile.code}`,
	mobile_number: candidate.mobile.number,
	email: candidate.email,
});

/** 获取投递详情: https://open.feishu.cn/document/ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/application/get_detail */
export const getApplicationDetail: Operation = {
	name: 'getApplicationDetail',
	method: 'GET',
	path: '/applications/:application_id/get_detail',
	scopes: SCOPES,
	limits: { perSecond: 10, perMinute: 600 },
	successMsg: 'success',
	query: {
		type: 'object',
		properties: {
			user_id_type: userIdType('open_id', 'union_id', 'user_id', 'people_admin_id'),
			options: {
				type: 'array',
				items: {
					type: 'string',
					enum: [
						'with_job',
						'with_talent',
						'with_interview',
						'with_offer',
						'with_evaluation',
						'with_employee',
						'with_agency',
						'with_referral',
						'with_portal',
					],
				},
			},
		},
	},
	handle({ params, query, scopes }, tenant) {
		const application = tenant.applications.find(params.application_id ?? '');
		if (!application) throw new FeishuError(1002201);
		const shows = (name: string) =>
			[query.options].flat().includes(`with_${name}`) &&
			[`hire:${name}:readonly`, `hire:${name}`].some((scope) => scopes.includes(scope));
		return {
			application_detail: {
				basic_info: basicInfo(application),
				// Left out when the app lacks the scope of the field. Of the rest, the sandbox has none.
				...(shows('job') && { job: application.job }),
				...(shows('talent') && { talent: talent(application) }),
			},
		};
	},
};
