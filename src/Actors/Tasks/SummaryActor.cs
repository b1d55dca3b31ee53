using System.Text.Json;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Tasks;

/// <summary>A rolling summary: each one updates the last, so that it stays complete even if the model sees only the latest turns.</summary>
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
