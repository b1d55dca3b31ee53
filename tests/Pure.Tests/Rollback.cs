namespace RealtimeAkka.Pure.Tests;

/// <summary>Rolled-back steps must have no effect.</summary>
internal static class Rollback
{
    /// <summary>
    /// Runs random steps, keeps some, rolls the others back, and compares with an instance that only ran the kept ones.
    /// </summary>
    /// <param name="make">Creates an instance.</param>
    /// <param name="step">Runs the step selected by the number.</param>
    /// <param name="checkpoint">Keeps the steps so far.</param>
    /// <param name="rollback">Undoes the steps since the checkpoint.</param>
    /// <param name="look">Returns all visible state; may change the instance.</param>
    public static void Check<T>(Func<T> make, Action<T, int> step, Action<T> checkpoint, Action<T> rollback, Func<T, string> look)
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var (tested, reference) = (make(), make());
            for (var round = random.Next(1, 12); round > 0; round--)
            {
                var steps = Enumerable.Range(0, random.Next(8)).Select(_ => random.Next()).ToList();
                foreach (var number in steps) step(tested, number);
                if (random.Next(2) == 0)
                {
                    rollback(tested);
                    continue;
                }
                checkpoint(tested);
                foreach (var number in steps) step(reference, number);
                checkpoint(reference);
            }
            var (expected, actual) = (look(reference), look(tested));
            Assert.True(expected == actual, $"seed {seed}: {actual} instead of {expected}");
        }
    }
}
