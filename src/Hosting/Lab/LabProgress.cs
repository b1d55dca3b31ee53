using System.Globalization;
using Spectre.Console;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>How far a run is, what it has cost and how long it may take: a bar on a terminal, nothing elsewhere.</summary>
/// <param name="run">The run.</param>
internal sealed class LabProgress(LabRun run)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    /// <summary>Shows the run on <paramref name="errors"/> until <paramref name="work"/> is done.</summary>
    public async Task<T> ShowAsync<T>(TextWriter errors, Task<T> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(errors) });
        var progress = console.Progress().AutoClear(true).Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
            new RemainingTimeColumn());
        await progress.StartAsync(async context =>
        {
            // What is known already is not part of the bar: its time would make the rest seem short.
            var bar = context.AddTask(Text(), maxValue: Math.Max(1, run.Questions - run.Known));
            while (!work.IsCompleted)
            {
                await Task.WhenAny(work, Task.Delay(Step)).ConfigureAwait(false);
                bar.Value = run.Settled - run.Known;
                bar.Description = Text();
            }
        }).ConfigureAwait(false);
        return await work.ConfigureAwait(false);
    }

    private string Text() => string.Create(CultureInfo.InvariantCulture, $"{run.Settled} of {run.Questions} answers, ${run.Usd:0.0000}");
}
