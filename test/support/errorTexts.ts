import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import ts from 'typescript';

const ROOT = join(__dirname, '../..');
const FOLDERS = ['nodes', 'credentials'];

/** Functions and classes that take a text, which of their arguments it is, and what comes before it. */
const TEXT_ARGUMENTS: Readonly<Record<string, { index: number; prefix?: string }>> = {
	// Of an item, or of a value that a user entered: there the label of the field comes first.
	invalid: { index: 0 },
	InvalidValue: { index: 0, prefix: "'…' " },
	complain: { index: 0, prefix: "'…' is …, " },
	// Of n8n.
	NodeOperationError: { index: 1 },
	// Of Feishu's answers, and of the long connection.
	final: { index: 0 },
	mend: { index: 0 },
	retry: { index: 0 },
	// Of a delivery that the webhook refuses: for the log, like the next one.
	Refusal: { index: 1 },
	warn: { index: -1 },
};

/** Keys of objects that hold a text. */
const TEXT_KEYS = ['message', 'reason', 'errorMessage'];

/** What stands for a part that differs from error to error. */
const PART = '…';

/** The text to which a call adds where in a list something is. */
const placedText = (node: ts.Expression): ts.Expression | undefined =>
	ts.isCallExpression(node) && node.expression.getText() === 'inPlace'
		? node.arguments[0]
		: undefined;

/** The forms that a text has: with `…` for each part that is not written out, and both sides of each condition. */
function formsOf(node: ts.Expression): string[] {
	if (ts.isStringLiteralLike(node)) return [node.text];
	if (ts.isParenthesizedExpression(node)) return formsOf(node.expression);
	if (ts.isConditionalExpression(node)) {
		return [...formsOf(node.whenTrue), ...formsOf(node.whenFalse)];
	}
	if (ts.isBinaryExpression(node)) return [...formsOf(node.left), ...formsOf(node.right)];
	const placed = placedText(node);
	if (placed) return formsOf(placed).map((form) => `${form} in ${PART}`);
	if (!ts.isTemplateExpression(node)) return [PART];
	return node.templateSpans.reduce(
		(forms, { expression, literal }) =>
			forms.flatMap((form) =>
				(ts.isConditionalExpression(expression) || placedText(expression)
					? formsOf(expression)
					: [PART]
				).map((part) => form + part + literal.text),
			),
		[node.head.text],
	);
}

/** The texts in a node, without those of the nodes in it. */
function textsIn(node: ts.Node): string[] {
	if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
		const { expression: callee, arguments: given = [] } = node;
		const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
		const sink = Object.hasOwn(TEXT_ARGUMENTS, name) ? TEXT_ARGUMENTS[name] : undefined;
		const text = sink && given.at(sink.index);
		return text ? formsOf(text).map((form) => (sink.prefix ?? '') + form) : [];
	}
	return ts.isPropertyAssignment(node) && TEXT_KEYS.includes(node.name.getText())
		? formsOf(node.initializer)
		: [];
}

function collect(node: ts.Node, found: Set<string>): void {
	for (const text of textsIn(node)) found.add(text.replace(/^… (?=\w)/, "'…' "));
	ts.forEachChild(node, (child) => collect(child, found));
}

/** A text that consists of parts alone, as one that is handed through, is no text of ours. */
const isOurs = (text: string): boolean => /[a-z]{4}/i.test(text.replaceAll(PART, ''));

/**
 * Every text about an error that the package holds, with `…` for the parts that differ, by reading its source: one that
 * somebody adds is found without being listed anywhere.
 */
export function findErrorTexts(): string[] {
	const found = new Set<string>();
	for (const folder of FOLDERS) {
		const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
		for (const file of files.filter((name) => name.endsWith('.ts'))) {
			const source = readFileSync(join(ROOT, folder, file), 'utf8');
			collect(ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true), found);
		}
	}
	return [...found].filter(isOurs).sort();
}
