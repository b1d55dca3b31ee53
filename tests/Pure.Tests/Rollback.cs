namespace RealtimeAkka.Pure.Tests;

/// <summary>What is rolled back must be as if it had never been done.</summary>
internal static class Rollback
{
    /// <summary>
    /// Does random steps, keeps some and rolls the others back, and compares with one that only ever made the steps that were kept.
    /// </summary>
    /// <param name="make">A new one.</param>
    /// <param name="step">Does one thing, which the number selects.</param>
    /// <param name="checkpoint">What was done holds.</param>
    /// <param name="rollback">What was done since the checkpoint is undone.</param>
    /// <param name="look">Everything that can be seen of it; looking may change it.</param>
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
