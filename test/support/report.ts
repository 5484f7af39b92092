/** Shows figures in the output of a test. */
export const report = (title: string, figures: object): void =>
	console.info(`${title}: ${JSON.stringify(figures)}`);
