import type { INodeParameters } from 'n8n-workflow';

import type { Sandbox } from '../../sandbox';

/** Returns the result of each item to its exam. */
export const RETURN_RESULT: INodeParameters = {
	resource: 'exam',
	operation: 'returnResult',
	examId: '={{ $json.examId }}',
	result: '={{ $json.result }}',
};

/** Adds a result to the first application. */
export const addResultIn = ({ state }: Sandbox): INodeParameters => ({
	resource: 'candidateExam',
	operation: 'addResult',
	applicationId: state.applications[0]?.applicationId ?? '',
	examName: '笔试试卷',
	score: 95.5,
	operatorId: 'ou_1',
});
