using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Tasks;
using RealtimeAkka.Actors.Tools;
using RealtimeAkka.Audio;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Lab;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>Carries out the sessions of a run, several side by side; what broke off is tried again in a session of its own.</summary>
/// <param name="plan">The settings of every session.</param>
/// <param name="target">The model's server.</param>
/// <param name="keys">The key for it.</param>
/// <param name="host">Runs the sessions.</param>
/// <param name="run">What is asked, and what is answered.</param>
/// <param name="signals">Ends the run: the first in good order, the second at once.</param>
internal sealed class LabRunner(
    RunPlan plan, Endpoint target, KeySource keys, VoiceHost host, LabRun run, (CancellationToken Stop, CancellationToken Abandon) signals)
{
    private const int Rounds = 3;

    // After a session that broke off: a service that is overloaded gets some air.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    // Nothing is open when the last turn's answers are in, so there is nothing to wait for.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _clock = TimeProvider.System;

    /// <summary>Asks what is not settled. Returns why the last session that did not end as it should did not; null: none.</summary>
    public async Task<SessionMessages.Ended?> RunAsync()
    {
        SessionMessages.Ended? failed = null;
        for (var round = 1; round <= Rounds; round++)
        {
            var sessions = LabSession.Of(run.Set, run.IsSettled);
            if (sessions.IsEmpty || IsOver) return null;
            if (round > 1) await Task.Delay(Pause, signals.Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            failed = null;
            await Parallel.ForEachAsync(
                sessions, new ParallelOptions { MaxDegreeOfParallelism = plan.Lab.Sessions },
                async (session, _) =>
                {
                    if (IsOver || IsFinal(failed)) return;
                    if (await RunAsync(session).ConfigureAwait(false) is { Exit: not ExitKind.Completed } ended) failed = ended;
                }).ConfigureAwait(false);
            if (failed is null || IsFinal(failed)) return failed;
        }
        return failed;
    }

    private bool IsOver => signals.Stop.IsCancellationRequested || run.IsSpent || run.Failure is not null;

    // A refused key or model will be refused again.
    private static bool IsFinal(SessionMessages.Ended? ended) => ended is not null && ended.Exit != ExitKind.Failed;

    private async Task<SessionMessages.Ended> RunAsync(LabSession session)
    {
        try
        {
            var limit = plan.Session.Turns.AsrTimeout + plan.Session.OutOfBand.Timeout + Slack;
            var answers = new SessionRun(session, run, plan.Session.Ledger.Prices, limit, signals.Stop);
            using var source = new TurnSource(session, answers.MayBeginAsync);
            var settings = Settings(session, await source.ReadEarlierAsync().ConfigureAwait(false));
            var ports = new SessionPorts(
                source, new PacedSpeaker(null, SharedTicker.Instance, speed: 1, settings.Facts.Format),
                new WebSocketConnector(target, settings.Facts.Model, keys, plan.Connection, recorder: null), [answers], _clock);
            var ended = await host.RunAsync(settings, ports, signals.Stop, signals.Abandon).ConfigureAwait(false);
            if (answers.Mismatch is { } mismatch) ended = new(ExitKind.Records, mismatch);
            if (ended.Exit == ExitKind.Completed && !signals.Stop.IsCancellationRequested) answers.Finish();
            else answers.BreakOff();
            return ended;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new(ExitKind.Records, $"{session.Call.Name} cannot be read: {e.Message.TrimEnd('.')}");
        }
    }

    private SessionSettings Settings(LabSession session, IReadOnlyList<ReadOnlyMemory<byte>> earlier)
    {
        var s = plan.Session.WithFormat(SoundFormat.Pcm16); // what the source delivers
        var audio = s.Socket.Session.Audio!;
        var asr = session.IsTranscribed ? s.Facts.AsrModel : null;
        var config = s.Socket.Session with
        {
            Tools = null, ToolChoice = null,
            Audio = audio with
            {
                Input = audio.Input with { TurnDetection = null, Transcription = asr is null ? null : audio.Input.Transcription },
            },
        };
        return s with
        {
            Facts = s.Facts with
            {
                Id = SessionId.New(_clock.GetUtcNow(), Random.Shared), Url = target.DisplayText, AsrModel = asr, Input = session.Call.Name,
                Source = CallSource.File,
            },
            // The source ends each turn itself.
            Mic = s.Mic with { Realtime = false, EndSilence = TimeSpan.Zero, ManualSilence = null },
            // A new connection would get the history as text: another history than the other questions have. Instead what is left is asked
            // in a new session.
            Socket = s.Socket with { Session = config, Reconnect = s.Socket.Reconnect with { GiveUp = TimeSpan.Zero } },
            Turns = s.Turns with { AsrModel = asr, Transcribe = false, Settle = Settle, ManualAnswers = false, Earlier = earlier },
            OutOfBand = s.OutOfBand with { TasksInFlight = session.Variants.Length },
            Ledger = s.Ledger with { Budget = new Budget(LimitUsd: null) },
            End = new EndSettings(null, null),
            Notices = [],
            Tasks = s.Tasks with { Tasks = [.. session.Variants.Select(TaskOf)] },
            Tools = ToolsSettings.None,
        };
    }

    private TaskSettings TaskOf(Variant variant) => new(
        variant.Task, Prompt.Of(variant.Prompt), TaskTrigger.Parse("every-turn"), plan.Session.OutOfBand.Context, Result: null,
        plan.Session.OutOfBand.Timeout, plan.Session.OutOfBand.Retries) { Priority = 1 };
}
