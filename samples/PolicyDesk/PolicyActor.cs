using System.Text.RegularExpressions;
using RealtimeAkka.Actors.Tasks;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace PolicyDesk;

/// <summary>Finds the policy number in a turn and checks its format.</summary>
public sealed partial class PolicyActor(TaskSettings settings) : TaskActor(settings)
{
    protected override string? Give(TurnRecord turn) => $"Another transcription heard: {turn.Asr.Text ?? "nothing"}";

    protected override TaskResult Judge(TaskResult result)
    {
        if (result.Value?.GetProperty("policy_number").GetString() is not { } number) return result;
        return PolicyNumber().IsMatch(number) ? result : result.Fail($"'{number}' is no policy number");
    }

    [GeneratedRegex("^[A-Z0-9]{4}-[A-Z0-9]{4}$")]
    private static partial Regex PolicyNumber();
}
