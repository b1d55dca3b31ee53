using System.Text;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Tasks;

/// <summary>The public record of a task's result.</summary>
public static class TaskRecord
{
    /// <summary>The record of a result. Its id is the same wherever the result goes, so that a repeated delivery is detectable.</summary>
    public static TaskCompleted Of(TaskResult result, string task, string session, long number)
    {
        var answer = result.Answer;
        return new TaskCompleted(
            session, task, answer.Request.Turn.Value, result.Status, answer.Text, result.Value, answer.ResponseId, answer.Context,
            answer.Attempts,
            answer.Request.PromptHash, answer.Usage, answer.CostUsd, result.Error, $"{session}/{task}/{number}", answer.LatencyMs);
    }

    /// <summary>The record as one JSON object.</summary>
    public static string Json(SessionRecord record) => Encoding.UTF8.GetString(RecordCodec.Encode(record));
}
