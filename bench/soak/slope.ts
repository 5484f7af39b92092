/** By how much a value that is measured every minute grows in an hour: the slope of the least-squares line. */
export function slopePerHour(values: readonly number[]): number {
	const mean = (numbers: readonly number[]) =>
		numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
	const minutes = values.map((_, minute) => minute);
	const [center, level] = [mean(minutes), mean(values)];
	const covariance = mean(values.map((value, minute) => (minute - center) * (value - level)));
	return (60 * covariance) / mean(minutes.map((minute) => (minute - center) ** 2));
}
