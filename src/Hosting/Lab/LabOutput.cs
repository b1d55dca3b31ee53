using System.Collections.Immutable;
using System.Text;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Hearing;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Lab;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>What a run prints: with <c>--json</c> each answer as soon as it is there, else tables at the end.</summary>
/// <param name="hearing">By what answers are measured.</param>
/// <param name="isJson">One JSON object per line.</param>
/// <param name="errors">Gets a line when nobody reads stdout any more.</param>
internal sealed class LabOutput(HearingSettings hearing, bool isJson, TextWriter errors) : IDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private readonly Stream _output = StandardOutput.Open(errors, "the run ends; what was paid for is kept.");

    /// <summary>Cancelled when nobody reads stdout any more.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>A bar may be shown: nobody but a person on a terminal reads this.</summary>
    public bool HasBar { get; } = !isJson && !Console.IsOutputRedirected && !Console.IsErrorRedirected;

    /// <summary>There is an answer.</summary>
    public void Show(VariantAnswer answer)
    {
        if (isJson) Line(LabJson.Result(LabResult.Of(answer, hearing)));
    }

    /// <summary>The run is over.</summary>
    public void Finish(LabFigures figures)
    {
        if (isJson)
        {
            foreach (var variant in figures.Variants) Line(LabJson.Variant(variant));
            foreach (var comparison in figures.Comparisons) Line(LabJson.Comparison(comparison));
            return;
        }
        var text = new StringWriter();
        new LabTable(text, isTerminal: !Console.IsOutputRedirected).Write(figures);
        Write(text.ToString());
    }

    /// <summary>Prints a line.</summary>
    public void Line(string line) => Write($"{line}\n");

    /// <summary>Writes the page. Throws <see cref="ConfigException"/> if it cannot be written.</summary>
    public static void WritePage(string path, LabFigures figures, string title, LabSet set)
    {
        try
        {
            path = Path.GetFullPath(path);
            var sounds = new LabSounds(Path.GetDirectoryName(path)!);
            var calls = set.Calls.ToDictionary(call => call.Path);
            LabPage.Write(path, figures, new LabPageFacts(title, TimeProvider.System.GetUtcNow())
            {
                Prompts = set.Variants.ToImmutableDictionary(variant => variant.Name, variant => variant.Prompt),
                Sound = turn => sounds.Of(turn, Recording.SoundOf(calls[turn.Audio], turn.Turn)),
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"--html {path} cannot be written: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closed.Dispose();
        _output.Dispose();
    }

    private void Write(string text)
    {
        try
        {
            if (!_closed.IsCancellationRequested) _output.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException e)
        {
            // The reader that has gone is known already.
            if (e is not SinkClosedException) errors.WriteLine($"error: stdout cannot be written: {TerminalText.Line(e.Message)}");
            _closed.Cancel();
        }
    }
}
