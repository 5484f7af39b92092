import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { findApplications } from '../../hire/applicationDetail';
import { applicationList } from '../../hire/applicationList';
import { simplifyApplication } from '../../hire/simplifyApplication';
import { ItemParameters } from '../../parameters/itemParameters';
import type { Field } from '../../parameters/kinds';
import { requestAllItems } from '../../transport/pagination';
import { readLimit, returnAllOrLimit, simplifyOutput } from '../fields';
import type { Operation } from '../operation';
import { detailFields, readDetailQuery } from './detailFields';

/** Feishu's values by those of the selectors. */
const ACTIVE_STATUS = { active: '1', inactive: '2' };
const LOCK_STATUS = { unlocked: 1, lockedByOtherJob: 2, lockedByThisJob: 3 };

const keys = <T extends object>(table: T) => Object.keys(table) as Array<keyof T & string>;

const includeDetailsField = {
	displayName: 'Include Details',
	name: 'includeDetails',
	kind: 'flag',
	type: 'boolean',
	default: true,
	description:
		'Whether to return the details of each application, which takes one call per application, at most 10 per second. Otherwise only IDs are returned, up to 100 per call.',
} satisfies Field;

const activeStatus = {
	displayName: 'Active Status',
	name: 'activeStatus',
	kind: 'choice',
	type: 'options',
	options: [
		{ name: 'Active', value: 'active', description: 'The candidate is still in the process' },
		{
			name: 'Inactive',
			value: 'inactive',
			description: 'The candidate is no longer in the process',
		},
	],
	default: 'active',
	description: 'Only applications of this status: active or inactive',
} satisfies Field;

const jobId = {
	displayName: 'Job ID',
	name: 'jobId',
	kind: 'id',
	type: 'string',
	default: '',
	placeholder: 'e.g. 6843547872837273223',
	description:
		"Only applications to this job: the job_id of an application returned without 'Simplify'",
} satisfies Field;

const lockStatus = {
	displayName: 'Lock Status',
	name: 'lockStatus',
	kind: 'choices',
	type: 'multiOptions',
	options: [
		{ name: 'Locked by Other Job', value: 'lockedByOtherJob' },
		{ name: 'Locked by This Job', value: 'lockedByThisJob' },
		{ name: 'Unlocked', value: 'unlocked' },
	],
	default: ['unlocked'],
	description:
		'Only applications whose candidate has one of these lock statuses: unlocked, lockedByOtherJob, lockedByThisJob',
} satisfies Field;

const processId = {
	displayName: 'Process ID',
	name: 'processId',
	kind: 'id',
	type: 'string',
	default: '',
	placeholder: 'e.g. 6960663240925956554',
	description: 'Only applications in this recruiting process',
} satisfies Field;

const stageId = {
	displayName: 'Stage ID',
	name: 'stageId',
	kind: 'id',
	type: 'string',
	default: '',
	placeholder: 'e.g. 614218419274131',
	description:
		"Only applications in this stage of a recruiting process, such as its exam stage: the ID in stage of an application returned without 'Simplify'",
} satisfies Field;

const talentId = {
	displayName: 'Talent ID',
	name: 'talentId',
	kind: 'id',
	type: 'string',
	default: '',
	placeholder: 'e.g. 6891560630172518670',
	description:
		'Only applications of this candidate: the talent_id of an application or of a candidate exam',
} satisfies Field;

const updateTimeMax = {
	displayName: 'Update Time Max',
	name: 'updateTimeMax',
	kind: 'time',
	type: 'dateTime',
	default: '',
	description:
		"Only applications last updated at this time or earlier (date and time, in the workflow's time zone unless it names another)",
} satisfies Field;

const updateTimeMin = {
	displayName: 'Update Time Min',
	name: 'updateTimeMin',
	kind: 'time',
	type: 'dateTime',
	default: '',
	description:
		"Only applications last updated at this time or later (date and time, in the workflow's time zone unless it names another)",
} satisfies Field;

const properties: INodeProperties[] = [
	...returnAllOrLimit,
	includeDetailsField,
	...updateDisplayOptions({ show: { includeDetails: [true] } }, detailFields),
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		description: 'If empty, all applications are returned',
		options: [
			activeStatus,
			jobId,
			lockStatus,
			processId,
			stageId,
			talentId,
			updateTimeMax,
			updateTimeMin,
		],
	},
];

const LABELS = {
	active_status: 'Active Status',
	job_id: 'Job ID',
	lock_status: 'Lock Status',
	process_id: 'Process ID',
	stage_id: 'Stage ID',
	talent_id: 'Talent ID',
	update_end_time: 'Update Time Max',
	update_start_time: 'Update Time Min',
};

/** `GET applications` */
export const getAll: Operation = {
	option: {
		name: 'Get Many',
		action: 'Get many applications',
		description: 'Get applications by job, candidate, stage, status or last update',
	},

	properties,

	prepare([itemIndex]) {
		const item = new ItemParameters(this, properties, itemIndex);
		const limit = readLimit(item);
		const includeDetails = item.optional(includeDetailsField) === true;
		const simplify = item.optional(simplifyOutput) === true;
		const detailQuery = readDetailQuery(item);
		const qs = {
			active_status: item.has(activeStatus)
				? ACTIVE_STATUS[item.choice(activeStatus, keys(ACTIVE_STATUS))]
				: undefined,
			job_id: item.filter(jobId),
			lock_status: item.choices(lockStatus, keys(LOCK_STATUS)).map((status) => LOCK_STATUS[status]),
			process_id: item.filter(processId),
			stage_id: item.filter(stageId),
			talent_id: item.filter(talentId),
			update_start_time: item.filter(updateTimeMin),
			update_end_time: item.filter(updateTimeMax),
		};

		return {
			run: async (feishu) => {
				// IDs, not objects.
				const items = await requestAllItems(feishu, applicationList(qs, LABELS), limit, String);
				const ids = items.map(String);
				if (!includeDetails) return ids.map((id) => ({ application_id: id }));

				const applications = await findApplications(feishu, ids, detailQuery);
				return ids.map((id, index) => {
					// Deleted since it was listed: only its ID is known.
					const application = applications[index] ?? { basic_info: { id } };
					return simplify ? simplifyApplication(application) : application;
				});
			},
		};
	},
};
