using PolicyDesk;
using RealtimeAkka.Host;

return await VoiceApp.RunAsync(args, app => app.AddTask<PolicyActor>("policy").AddAction<ClaimsActor>("claims"));
