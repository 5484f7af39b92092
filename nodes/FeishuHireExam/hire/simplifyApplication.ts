import type { IDataObject } from 'n8n-workflow';

import { toIso } from './isoTime';

/** Values of `stage.type` on the page hire-v1/candidate-management/delivery-process-management/application/get_detail. */
const STAGE_TYPES: Readonly<Record<number, string>> = {
	1: 'Screening',
	2: 'Evaluation',
	3: 'Exam',
	4: 'Interview',
	5: 'Offer',
	6: 'To Be Onboarded',
	7: 'Onboarded',
	8: 'Other',
	255: 'System Default',
};

/** Values of `active_status` on the same page. */
const ACTIVE_STATUSES: Readonly<Record<number, string>> = { 1: 'Active', 2: 'Inactive' };

const part = (whole: IDataObject, name: string) => (whole[name] ?? {}) as IDataObject;

/**
 * The ten fields of an application that workflows use: flat, with texts of statuses and times in ISO 8601 (UTC).
 * Feishu leaves out the names of candidate and job unless the app has the scopes for them.
 */
export function simplifyApplication(application: IDataObject): IDataObject {
	const basics = part(application, 'basic_info');
	const stage = part(basics, 'stage');
	return {
		application_id: basics.id,
		talent_id: basics.talent_id ?? null,
		talent_name: part(application, 'talent').name ?? null,
		job_name: part(application, 'job').name ?? null,
		stage_name: stage.zh_name || stage.en_name || null,
		stage_type: stage.type ?? null,
		stage_type_text: STAGE_TYPES[Number(stage.type)] ?? null,
		active_status: basics.active_status ?? null,
		active_status_text: ACTIVE_STATUSES[Number(basics.active_status)] ?? null,
		modify_time: toIso(basics.modify_time),
	};
}
