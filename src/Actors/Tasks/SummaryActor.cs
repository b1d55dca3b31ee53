using System.Text.Json;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Tasks;

/// <summary>A rolling summary: each one is written over the one before, so that it holds also where only the last turns are seen.</summary>
public sealed class SummaryActor(TaskSettings settings) : TaskActor(settings)
{
    private JsonElement? _last;

    /// <inheritdoc/>
    protected override string? Give(TurnRecord turn) => _last is { } last ? $"The summary so far:\n{last.GetRawText()}" : null;

    /// <inheritdoc/>
    protected override TaskResult Judge(TaskResult result)
    {
        _last = result.Value ?? _last;
        return result;
    }
}
