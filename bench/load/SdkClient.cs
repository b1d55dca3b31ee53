using System.ClientModel;
using System.Diagnostics;
using OpenAI.Realtime;
using RealtimeAkka.Audio;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Bench.Load;

/// <summary>
/// The same job with the official OpenAI .NET SDK: audio at real-time pace, a transcript requested out of band after each commit,
/// both transcripts joined by item id. Plays, prices and stores nothing.
/// </summary>
internal sealed class SdkClient(LoadOptions options, Tally tally) : LoopClient(tally)
{
    private static readonly BinaryData Settings = BinaryData.FromBytes(Requests.Configure());

    private readonly RealtimeClient _client = new(
        new ApiKeyCredential(options.Key.Length > 0 ? options.Key : "none"),
        new RealtimeClientOptions { Endpoint =
        new UriBuilder(options.Url) { Path = options.Url.AbsolutePath.Replace("/realtime", "", StringComparison.Ordinal) }.Uri });

    public override string Runtime =>
        $"OpenAI .NET SDK {typeof(RealtimeClient).Assembly.GetName().Version?.ToString(3)}, .NET {Environment.Version}";

    public override async Task StartAsync(int number)
    {
        var session = await _client.StartConversationSessionAsync(LoadOptions.Model, new RealtimeSessionClientOptions(), Stop)
            .ConfigureAwait(false);
        await session.SendCommandAsync(Settings, null).ConfigureAwait(false);
        Watch(ReceiveAsync(session));
        Watch(SendAsync(session));
    }

    private async Task SendAsync(RealtimeSessionClient session)
    {
        using var file = File.OpenRead(options.Wav);
        WavFormat.Read(file);
        var (begin, start, last) = (file.Position, Stopwatch.GetTimestamp(), 0L);
        for (var frame = 1L; ; frame++)
        {
            var pcm = new byte[Pcm.Bytes(options.Frame)];
            if (file.ReadAtLeast(pcm, pcm.Length, throwOnEndOfStream: false) < pcm.Length) file.Position = begin;
            var now = Stopwatch.GetTimestamp();
            Tally.Sent(pcm.Length, last == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(last, now), options.Frame);
            last = now;
            await session.SendInputAudioAsync(BinaryData.FromBytes(pcm), Stop).ConfigureAwait(false);
            var wait = frame * options.Frame - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, Stop).ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(RealtimeSessionClient session)
    {
        Dictionary<string, Turn> turns = [];
        var count = 0;
        await foreach (var update in session.ReceiveUpdatesAsync(Stop).ConfigureAwait(false))
        {
            switch (update)
            {
                case RealtimeServerUpdateInputAudioBufferCommitted committed:
                    turns[committed.ItemId] = new Turn(++count);
                    await session.SendCommandAsync(BinaryData.FromBytes(Requests.Transcribe(committed.ItemId, count)), null)
                        .ConfigureAwait(false);
                    break;
                case RealtimeServerUpdateConversationItemInputAudioTranscriptionCompleted asr
                    when turns.TryGetValue(asr.ItemId, out var turn):
                    turn.Asr = asr.Transcript;
                    Join(turns, asr.ItemId, turn);
                    break;
                case RealtimeServerUpdateResponseDone { Response: var response } when Item(response) is { } item
                    && turns.TryGetValue(item, out var turn):
                    turn.OutOfBand = string.Concat(
                        response.OutputItems.OfType<RealtimeMessageItem>().SelectMany(message => message.Content)
                        .OfType<RealtimeOutputTextMessageContentPart>().Select(part => part.Text));
                    Join(turns, item, turn);
                    break;
            }
        }
    }

    private void Join(Dictionary<string, Turn> turns, string item, Turn turn)
    {
        if (turn is not { Asr: { } asr, OutOfBand: { } outOfBand }) return;
        turns.Remove(item);
        Tally.Joined(turn.Number, outOfBand, asr, complete: asr.Length > 0 && outOfBand.Length > 0, waited: null);
        Tally.Print(item, asr, outOfBand, null, Stopwatch.GetTimestamp());
    }

    private static string? Item(RealtimeResponse response) =>
        response.Metadata?.TryGetValue(OutOfBandMetadata.Item, out var item) == true ? item.ToString().Trim('"') : null;

    private sealed class Turn(int number)
    {
        public int Number => number;
        public string? Asr { get; set; }
        public string? OutOfBand { get; set; }
    }
}
