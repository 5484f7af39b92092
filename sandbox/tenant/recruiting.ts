/** A job (职位) that candidates apply for. */
export interface Job {
	id: string;
	name: string;
	code: string;
}

export const JOBS = {
	frontend: { id: '6843547872837273223', name: '前端工程师', code: 'A75256' },
	backend: { id: '6843547872837273224', name: '后端工程师', code: 'A75257' },
	product: { id: '6843547872837273225', name: '产品经理', code: 'A75258' },
} as const satisfies Record<string, Job>;

/** A step of the recruiting process. `type`: 1 筛选, 3 笔试, 4 面试. */
export interface Stage {
	id: string;
	zh_name: string;
	en_name: string;
	type: number;
}

/** The one recruiting process (招聘流程) there is. */
export const PROCESS_ID = '6960663240925956554';

export const STAGES = {
	screening: { id: '6960663240925956001', zh_name: '简历筛选', en_name: 'Screening', type: 1 },
	exam: { id: '6960663240925956002', zh_name: '笔试', en_name: 'Exam', type: 3 },
	interview: { id: '6960663240925956003', zh_name: '面试', en_name: 'Interview', type: 4 },
} as const satisfies Record<string, Stage>;
