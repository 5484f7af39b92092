import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

export const examId: INodeProperties = {
	displayName: 'Exam ID',
	name: 'examId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 7178536692385679677',
	description: 'ID that the event of the created exam carried',
};

/** Kinds of user ID that every call knows. */
export const USER_ID_TYPES: INodePropertyOptions[] = [
	{ name: 'Open ID', value: 'open_id', description: 'Of the user in this app' },
	{ name: 'Union ID', value: 'union_id', description: 'Of the user in all apps of one developer' },
	{
		name: 'User ID',
		value: 'user_id',
		description: 'Of the user in the tenant. Needs the scope contact:user.employee_id:readonly.',
	},
];

export const userIdType = (options: INodePropertyOptions[]): INodeProperties => ({
	displayName: 'User ID Type',
	name: 'userIdType',
	type: 'options',
	options,
	default: 'open_id',
	description: 'Kind of the user IDs in this call and in its answer',
});
