using Npgsql;
using NpgsqlTypes;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Store;

/// <summary>Writes the values of a row one after the other, in the order of the table's columns.</summary>
internal sealed class RowWriter(NpgsqlBinaryImporter importer)
{
    /// <summary>The next row.</summary>
    public void Begin() => importer.StartRow();

    /// <summary>
    /// A text. The database holds no NUL, and half a surrogate pair is no character: both become U+FFFD. The record beside it has the text
    /// as it was.
    /// </summary>
    public RowWriter Text(string? value) => Value(value is null ? null : Storable(value), NpgsqlDbType.Text);

    /// <summary>JSON as it is.</summary>
    public RowWriter Json(byte[]? value) => Value(value, NpgsqlDbType.Json);

    /// <summary>A whole number.</summary>
    public RowWriter Int(int? value) => Of(value, NpgsqlDbType.Integer);

    /// <summary>A large whole number.</summary>
    public RowWriter Long(long? value) => Of(value, NpgsqlDbType.Bigint);

    /// <summary>An amount.</summary>
    public RowWriter Usd(decimal? value) => Of(value, NpgsqlDbType.Numeric);

    /// <summary>A ratio.</summary>
    public RowWriter Ratio(double? value) => Of(value, NpgsqlDbType.Double);

    /// <summary>Yes or no.</summary>
    public RowWriter Flag(bool value) => Of<bool>(value, NpgsqlDbType.Boolean);

    /// <summary>A time, UTC.</summary>
    public RowWriter Time(DateTimeOffset value) => Of<DateTime>(value.UtcDateTime, NpgsqlDbType.TimestampTz);

    private RowWriter Of<T>(T? value, NpgsqlDbType type) where T : struct
    {
        if (value is { } known) importer.Write(known, type);
        else importer.WriteNull();
        return this;
    }

    private RowWriter Value<T>(T? value, NpgsqlDbType type) where T : class
    {
        if (value is not null) importer.Write(value, type);
        else importer.WriteNull();
        return this;
    }

    private static string Storable(string text)
    {
        var isStorable = !text.Contains('\0', StringComparison.Ordinal);
        for (var i = 0; isStorable && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            isStorable = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            i++;
        }
        return isStorable ? text : string.Concat(text.EnumerateRunes().Select(rune => rune.Value == 0 ? "\uFFFD" : rune.ToString()));
    }
}

/// <summary>The rows of the tables (Migrations/*.sql), column by column.</summary>
internal static class PostgresRows
{
    /// <summary>A row of <c>sessions</c>.</summary>
    public static void Session(RowWriter row, SessionPart part, DateTimeOffset now)
    {
        var (facts, summary) = (part.Facts, part.Summary?.Summary);
        row.Text(part.Id).Time(facts.StartedAt).Text(facts.Model).Text(facts.AsrModel)
            .Text((summary?.Source ?? facts.Source).ToString().ToLowerInvariant())
            .Flag(part.To.IsComplete).Text(summary?.Exit).Int(summary?.Turns).Long(part.LengthMs)
            .Usd(summary?.Oob.Usd).Usd(summary?.Asr.Usd).Usd(summary?.Conversation.Usd).Usd(summary?.Tasks.Usd).Usd(summary?.TotalUsd)
            .Json(part.Summary?.Json).Long(part.To.Bytes).Int(part.To.Lines).Int(part.To.Skipped).Time(now);
    }

    /// <summary>A row of <c>turns</c>.</summary>
    public static void Turn(RowWriter row, (string Session, ShippedRecord Shipped) one)
    {
        var turn = (TurnRecord)one.Shipped.Record!;
        row.Text(one.Session).Int(one.Shipped.Seq).Int(turn.Turn).Flag(turn is TurnAmended).Text(turn.ItemId.Value).Text(turn.Source)
            .Long(turn.StartedMs).Long(turn.EndedMs).Text(turn.Words).Text(turn.Verdict?.ToString().ToLowerInvariant())
            .Ratio(turn.Confidence).Ratio(turn.Agreement?.Wer)
            .Text(turn.Oob.Status.Name()).Text(turn.Oob.Text).Long(turn.Oob.LatencyMs).Usd(turn.Oob.CostUsd)
            .Text(turn.Asr.Status.Name()).Text(turn.Asr.Text).Long(turn.Asr.LatencyMs).Usd(turn.Asr.CostUsd).Json(one.Shipped.Json);
    }

    /// <summary>A row of <c>assistant</c>.</summary>
    public static void Answer(RowWriter row, (string Session, ShippedRecord Shipped) one)
    {
        var answer = (AssistantReplied)one.Shipped.Record!;
        row.Text(one.Session).Int(one.Shipped.Seq).Text(answer.ResponseId.Value).Int(answer.Turn).Text(answer.Status).Text(answer.Text)
            .Text(answer.HeardText).Long(answer.HeardMs).Long(answer.StartedMs).Usd(answer.CostUsd).Json(one.Shipped.Json);
    }

    /// <summary>A row of <c>tasks</c>.</summary>
    public static void Task(RowWriter row, (string Session, ShippedRecord Shipped) one)
    {
        var task = (TaskCompleted)one.Shipped.Record!;
        row.Text(one.Session).Int(one.Shipped.Seq).Text(task.Task).Int(task.Turn).Text(task.Status.Name()).Text(task.Id)
            .Text(task.ResponseId?.Value).Text(task.Text).Long(task.LatencyMs).Usd(task.CostUsd).Json(one.Shipped.Json);
    }

    /// <summary>A row of <c>others</c>.</summary>
    public static void Other(RowWriter row, (string Session, ShippedRecord Shipped) one) =>
        row.Text(one.Session).Int(one.Shipped.Seq).Text(one.Shipped.Type).Json(one.Shipped.Json);

    /// <summary>A row of <c>charges</c>.</summary>
    public static void Charge(RowWriter row, (string Session, StoreCharge Charge) one) =>
        row.Text(one.Session).Text(one.Charge.Purpose).Text(one.Charge.Id).Int(one.Charge.Seq).Usd(one.Charge.Usd);
}
