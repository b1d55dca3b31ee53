using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Tasks;

/// <summary>
/// Collects fields and whether they are valid. The model reads both transcripts of every turn; its report is checked
/// against them and against the formats in the task's options.
/// </summary>
public sealed class ValidationActor(TaskSettings settings) : TaskActor(settings)
{
    private FieldValidator _fields = new(FieldValidator.FormatsOf(settings.Options));

    /// <inheritdoc/>
    protected override void Hear(TurnRecord turn) => _fields = _fields.With(turn);

    /// <inheritdoc/>
    protected override string? Give(TurnRecord turn) => _fields.Transcripts;

    /// <inheritdoc/>
    protected override TaskResult Judge(TaskResult result) =>
        result.Value is { } value ? result with { Value = _fields.Check(value) } : result;
}
