import { readFileSync, readdirSync } from 'fs';
import { NodeHelpers, type INode, type INodeTypeDescription } from 'n8n-workflow';
import { join } from 'path';

import { eventOptions } from '../../nodes/FeishuHireExam/events/catalogue';
import { FeishuHireExam } from '../../nodes/FeishuHireExam/FeishuHireExam.node';
import { FeishuHireExamStatusTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamStatusTrigger.node';
import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node';

const FOLDER = join(__dirname, '../../workflows');
const descriptions: Record<string, INodeTypeDescription> = {
	'n8n-nodes-feishu-hire-exam.feishuHireExam': new FeishuHireExam().description,
	'n8n-nodes-feishu-hire-exam.feishuHireExamStatusTrigger': new FeishuHireExamStatusTrigger()
		.description,
	'n8n-nodes-feishu-hire-exam.feishuHireExamTrigger': new FeishuHireExamTrigger().description,
};

interface WorkflowFile {
	pinData: object;
	nodes: INode[];
	connections: Record<string, { main: Array<Array<{ node: string }>> }>;
}

const files = readdirSync(FOLDER);
const read = (file: string) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as WorkflowFile;
const isNote = ({ type }: INode) => type === 'n8n-nodes-base.stickyNote';

/** What a node takes up on the canvas, with its name below it. */
const NODE_SIZE = { width: 96, height: 160 };

function areaOf(node: INode) {
	const [left, top] = node.position;
	const { width, height } = isNote(node) ? (node.parameters as typeof NODE_SIZE) : NODE_SIZE;
	return { left, top, right: left + width, bottom: top + height };
}

function overlap(one: INode, other: INode): boolean {
	const [a, b] = [areaOf(one), areaOf(other)];
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

describe.each(files)('workflows/%s', (file) => {
	const { nodes, connections } = read(file);
	const notes = nodes.filter(isNote);

	it('uses our nodes with existing, visible parameters', () => {
		const ours = nodes.filter(({ type }) => descriptions[type]);
		expect(ours.length).toBeGreaterThan(0);
		for (const node of ours) {
			const description = descriptions[node.type] as INodeTypeDescription;
			// n8n itself adds when to poll.
			const { pollTimes, ...parameters } = node.parameters;
			expect(pollTimes === undefined || description.polling).toBe(true);
			const shown = NodeHelpers.getNodeParameters(
				description.properties,
				parameters,
				true,
				false,
				node,
				description,
			);
			expect(shown).toMatchObject(parameters);
		}
	});

	it('connects existing nodes', () => {
		const names = nodes.map(({ name }) => name);
		for (const [from, { main }] of Object.entries(connections)) {
			expect(names).toContain(from);
			for (const { node } of main.flat()) expect(names).toContain(node);
		}
	});

	it('has notes in English and Chinese, and no credential', () => {
		expect(notes.length).toBeGreaterThan(1);
		for (const { parameters } of notes) {
			const paragraphs = String(parameters.content).split('\n\n');
			expect(paragraphs).toContainEqual(
				expect.stringMatching(/^\P{Script=Han}*[a-z]{3} [a-z]{2}\P{Script=Han}*$/u),
			);
			expect(paragraphs).toContainEqual(expect.stringMatching(/\p{Script=Han}{4}/u));
		}
		for (const node of nodes) {
			expect(node).not.toHaveProperty('credentials');
			expect(node.name).not.toMatch(/\p{Script=Han}/u);
		}
	});

	it('says first what it is for and what it needs, in English and Chinese', () => {
		const content = String(notes[0]?.parameters.content);
		expect(content).toMatch(
			/^## \P{Script=Han}+\n\n\*\*You need\*\* a _Feishu App API_ credential/u,
		);
		expect(content).toMatch(/\n\n## .*\p{Script=Han}{4}.*\n.+\n\n\*\*使用前提\*\*：/u);
	});

	it('says in English and Chinese which nodes to replace, or that none needs it', () => {
		const texts = notes.map(({ parameters }) => String(parameters.content));
		const named = (pattern: RegExp) =>
			texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name));
		const english = named(/\bReplace _([^_]+)_/g);
		const chinese = named(/(?:需要替换|请将) _([^_]+)_/g);
		const names = nodes.map(({ name }) => name);
		const placeholders = names.filter((name) => /^(Your|Send to your) /.test(name));
		for (const name of placeholders) {
			expect(english).toContain(name);
			expect(chinese).toContain(name);
		}
		for (const name of [...english, ...chinese]) expect(names).toContain(name);
		if (placeholders.length > 0) return;
		expect(texts.join('\n')).toMatch(/No node needs to be replaced|choose yours in the two/);
		expect(texts.join('\n')).toMatch(/无需替换任何节点|选择您的工作流/);
	});

	it.each([
		['formTrigger', /set an \*Authentication\*/, /设置.*\*Authentication\*/],
		['webhook', /set an \*Authentication\*/, /设置.*\*Authentication\*/],
		['dataTable', /an n8n version with data tables/, /数据表（Data table）/],
	])('says what a node of the type %s needs', (type, english, chinese) => {
		if (!nodes.some((node) => node.type === `n8n-nodes-base.${type}`)) return;
		const text = notes.map(({ parameters }) => String(parameters.content)).join('\n');
		expect(text).toMatch(english);
		expect(text).toMatch(chinese);
	});

	it('names the events that it receives over the long connection', () => {
		const CHINESE: Record<string, string> = { accountBound: '账号绑定', examCreated: '创建笔试' };
		const triggers = nodes.filter(({ parameters }) => parameters.delivery === 'longConnection');
		const content = String(notes[0]?.parameters.content);
		for (const event of triggers.flatMap(({ parameters }) => parameters.events as string[])) {
			const [option] = eventOptions.filter(({ value }) => value === event);
			expect(content).toContain(`_${option?.name}_`);
			expect(content).toContain(`「${CHINESE[event]}」`);
		}
	});

	it('holds no pinned data, no secret and no personal data', () => {
		expect(Object.keys(read(file)).sort()).toEqual(
			['connections', 'name', 'nodes', 'pinData', 'settings'].sort(),
		);
		expect(read(file).pinData).toEqual({});
		const text = JSON.stringify(nodes.map(({ parameters }) => parameters));
		for (const url of text.match(/https?:\/\/[^/\s"']+/g) ?? [])
			expect(url).toBe('https://exam.example.com');
		expect(text).not.toMatch(/[\w.]@[\w.]|\b(cli|ou|on|oc)_\w{8}|\b1[3-9]\d{9}\b|\b\d{19}\b/);
		expect(text).not.toMatch(/(secret|token|password|authorization)["']?\s*[:=]\s*["'][^"'{]/i);
	});

	it('has no overlapping nodes or notes', () => {
		const covered = nodes.flatMap((one, index) =>
			nodes
				.slice(index + 1)
				.filter((other) => overlap(one, other))
				.map((other) => [one.name, other.name]),
		);
		expect(covered).toEqual([]);
	});
});

describe('the workflow files', () => {
	it('have different webhook IDs', () => {
		const ids = files.flatMap((file) =>
			read(file).nodes.flatMap(({ webhookId }) => webhookId ?? []),
		);
		expect(new Set(ids).size).toBe(ids.length);
	});
});

describe('receive-all-events', () => {
	const typeIs = (type: string) => (node: INode) => node.type === type;
	const FEISHU_TRIGGER = 'n8n-nodes-feishu-hire-exam.feishuHireExamTrigger';
	const SUB_WORKFLOW_TRIGGER = 'n8n-nodes-base.executeWorkflowTrigger';
	const eventFiles = files.filter(
		(file) => file !== 'receive-all-events.json' && read(file).nodes.some(typeIs(FEISHU_TRIGGER)),
	);
	/** Combines other examples, so it can be called in place of all of them. */
	const COMBINED = 'exam-provider.json';
	const calledFiles = eventFiles.filter((file) => file !== COMBINED);
	const eventsOf = (file: string) =>
		read(file)
			.nodes.filter(typeIs(FEISHU_TRIGGER))
			.flatMap(({ parameters }) => parameters.events as string[]);

	it('receives the events of all other examples, and calls each of them', () => {
		expect(eventsOf('receive-all-events.json').sort()).toEqual(
			calledFiles.flatMap(eventsOf).sort(),
		);
		expect(eventsOf(COMBINED).sort()).toEqual(eventsOf('receive-all-events.json').sort());
		const called = read('receive-all-events.json')
			.nodes.filter(typeIs('n8n-nodes-base.executeWorkflow'))
			.map(({ parameters }) => `${(parameters.workflowId as { value: string }).value}.json`);
		expect(called.sort()).toEqual([...calledFiles].sort());
	});

	it('receives them by webhook; the other examples use the long connection', () => {
		const deliveryOf = (file: string) =>
			read(file)
				.nodes.filter(typeIs(FEISHU_TRIGGER))
				.map(({ parameters }) => parameters.delivery);
		expect(deliveryOf('receive-all-events.json')).toEqual(['webhook']);
		expect(eventFiles.flatMap(deliveryOf)).toEqual(eventFiles.map(() => 'longConnection'));
	});

	it.each(eventFiles)('can call %s, which does the same with its own trigger', (file) => {
		const { nodes, connections } = read(file);
		const next = (type: string) => {
			const entries = nodes.filter(typeIs(type));
			expect(entries).toHaveLength(1);
			return connections[entries[0]?.name ?? '']?.main;
		};
		expect(next(SUB_WORKFLOW_TRIGGER)).toBeDefined();
		expect(next(SUB_WORKFLOW_TRIGGER)).toEqual(next(FEISHU_TRIGGER));
		const parameters = JSON.stringify(nodes.map((node) => node.parameters));
		for (const type of [FEISHU_TRIGGER, SUB_WORKFLOW_TRIGGER])
			expect(parameters).not.toContain(`$('${nodes.find(typeIs(type))?.name}')`);
	});
});

it('the READMEs and the changelog say how many there are', () => {
	const page = (name: string) => readFileSync(join(FOLDER, '..', name), 'utf8');
	expect(files).toHaveLength(9);
	expect(page('README.md')).toContain('a credential and nine workflows');
	expect(page('README.zh-CN.md')).toContain('九个示例工作流');
	expect(page('CHANGELOG.md')).toContain('Nine example workflows');
});
