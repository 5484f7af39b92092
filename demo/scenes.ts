import type { Workflow } from '../n8nHost/workflows';

/** What the pictures of one language show. */
export interface Scene {
	locale: string;
	/** Ends the names of the pictures. */
	suffix: string;
	candidates: string[];
	account: string;
	result: { result: string; reports: object[]; details: object[] };
}

export const CHINESE: Scene = {
	locale: 'zh-CN',
	suffix: '.zh-CN',
	candidates: ['张三', '李四', '王五'],
	account: '星辰科技',
	result: {
		result: '92.5',
		reports: [{ name: '张三的笔试报告.pdf', url: 'https://exam.example.com/reports/1.pdf' }],
		details: [{ name: '基本功', result: '优秀' }],
	},
};

export const ENGLISH: Scene = {
	locale: 'en-US',
	suffix: '',
	candidates: ['Zhang San', 'Li Si', 'Wang Wu'],
	account: 'Star Technology',
	result: {
		result: '92.5',
		reports: [
			{ name: 'Exam report of Zhang San.pdf', url: 'https://exam.example.com/reports/1.pdf' },
		],
		details: [{ name: 'Basics', result: 'Excellent' }],
	},
};

type PlacedNode = Workflow['nodes'][number] & { position: [x: number, y: number] };

/** An example workflow, which holds both languages, with its notes and sent texts in the language of the scene alone. */
export function translate({ name, nodes, connections }: Workflow, scene: Scene): object {
	const content = { name, nodes: (nodes as PlacedNode[]).map(shrinkNote), connections };
	return JSON.parse(JSON.stringify(content), (_key, value: unknown) =>
		typeof value === 'string' ? selectLanguage(value, scene) : value,
	) as object;
}

/** Notes hold a paragraph for each language; texts that are sent hold one language after the other. */
function selectLanguage(text: string, { locale }: Scene): string {
	const isChinese = locale === 'zh-CN';
	const paragraphs = text.split('\n\n');
	const selected = paragraphs.filter(
		(paragraph) => /\p{Script=Han}/u.test(paragraph) === isChinese,
	);
	const isNote = paragraphs.length > 1 && !text.startsWith('=');
	return isNote
		? selected.join('\n\n')
		: text.replace(/(\p{Script=Han}+) ([A-Z][\w -]+)/gu, isChinese ? '$1' : '$2');
}

/** A note in one language takes less room; one above the nodes keeps its lower edge. */
function shrinkNote(node: PlacedNode): PlacedNode {
	if (node.type !== 'n8n-nodes-base.stickyNote') return node;
	const { parameters, position } = node;
	const [x, y] = position;
	const height = Number(parameters.height);
	const less = Math.round(height * 0.4);
	return {
		...node,
		parameters: { ...parameters, height: height - less },
		position: [x, y < 0 ? y + less : y],
	};
}
